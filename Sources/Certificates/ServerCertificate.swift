// With what a TLS server shows who it is.
import CCertificates
import Credentials
import Glibc
import Times

/// A certificate and its private key, read and checked. Nobody sees the key by accident.
public struct ServerCertificate: Sendable, CustomStringConvertible, CustomReflectable {
    /// PEM; those that vouch for it may follow the first.
    public let certificate: String
    /// PEM, for the one call that needs it.
    public let key: String
    /// Seconds since 1970 between which it is valid.
    public let validity: ClosedRange<Int>
    /// SHA-256 of the certificate as browsers show it: `AB:CD:...`, 32 bytes.
    public let fingerprint: String

    public var description: String { fingerprint }
    public var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint]) }

    /// Reads a certificate and its key, which may lie in one file.
    ///
    /// - Parameters:
    ///   - key: only its owner may read it.
    ///   - now: seconds since 1970.
    /// - Throws: `CertificateError` for files that are none or do not belong together, a key that others may read, and a
    ///   certificate that is not valid now.
    public init(certificate path: String, key keyPath: String, now: Int) throws(CertificateError) {
        try self.init(reading: path, key: keyPath)
        try checkBegin(path, now: now)
        guard now <= validity.upperBound else {
            throw .file(path, "was valid until \(Self.day(validity.upperBound)): get another one")
        }
    }

    func checkBegin(_ path: String, now: Int) throws(CertificateError) {
        guard now < validity.lowerBound else { return }
        throw .file(path, "is valid from \(Self.day(validity.lowerBound)) on: is this machine's clock right?")
    }

    /// Whenever it is valid.
    init(reading path: String, key keyPath: String) throws(CertificateError) {
        do throws(CredentialError) { try Secret.check(path: keyPath) } catch {
            switch error {
            case .file(let path, let reason): throw .file(path, reason)
            }
        }
        (certificate, key) = (try Self.text(path), try Self.text(keyPath))
        var facts = arete_certificate_facts()
        switch arete_certificate_read(certificate, certificate.utf8.count, key, key.utf8.count, &facts) {
        case ARETE_CERTIFICATE_OK: break
        case ARETE_CERTIFICATE_ABSENT: throw Self.absence
        case ARETE_CERTIFICATE_NONE: throw .file(path, "holds no certificate in PEM")
        case ARETE_CERTIFICATE_NO_KEY: throw .file(keyPath, "holds no private key in PEM without a password")
        default: throw .file(path, "holds a certificate that cannot be read")
        }
        guard facts.fits_key else { throw .file(keyPath, "is the key of another certificate than \(path)") }
        guard facts.begin <= facts.end else { throw .file(path, "ends before it begins") }
        validity = Int(facts.begin)...Int(facts.end)
        fingerprint = withUnsafeBytes(of: facts.digest) { bytes in
            bytes.map { byte in
                let text = String(byte, radix: 16, uppercase: true)
                return byte < 16 ? "0" + text : text
            }.joined(separator: ":")
        }
    }

    /// Whether clients that ask for this host name or numeric address take it.
    public func names(_ name: String) -> Bool { arete_certificate_names(certificate, certificate.utf8.count, name) }

    static var absence: CertificateError {
        .absent(arete_certificates_absence().map { String(cString: $0) } ?? "")
    }

    /// As 2026-11-23.
    static func day(_ seconds: Int) -> String {
        let (milliseconds, isLarge) = seconds.multipliedReportingOverflow(by: 1000)
        return String(UTC.text(milliseconds: isLarge ? UTC.writable.upperBound : milliseconds).prefix(10))
    }

    /// Longer ones are no certificates.
    private static let mostBytes = 256 << 10

    private static func text(_ path: String) throws(CertificateError) -> String {
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .file(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= mostBytes {
            let count = read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(path, String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += part.prefix(count)
        }
        guard bytes.count <= mostBytes, let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
            throw .file(path, "holds no certificate or key in PEM")
        }
        return text
    }
}
