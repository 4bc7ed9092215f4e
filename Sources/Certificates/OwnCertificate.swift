// A certificate that a server makes for itself.
import CCertificates
import Glibc
import Tensors

/// Signed by itself: whoever connects compares its fingerprint once, and is warned when it is another.
public enum OwnCertificate {
    /// What tablets and browsers take at most of authorities that they know is 398 days; of others Apple's take 825.
    private static let days = 397
    /// Before its end, another one is made.
    private static let renewalDays = 30
    private static let secondsPerDay = 86_400

    /// Reads the certificate in a file that holds its key, too; makes one where there is none, where it ends soon, and
    /// where it lacks one of the names. Another one has another fingerprint.
    ///
    /// - Parameters:
    ///   - names: host names and numeric addresses under which the server is reached; the first is its title.
    ///   - now: seconds since 1970.
    /// - Returns: the certificate, and whether it was made now.
    /// - Throws: `CertificateError` for a name that is none, a file that cannot be used, and without libcrypto.
    public static func at(
        _ path: String, names: [String], now: Int
    ) throws(CertificateError) -> (certificate: ServerCertificate, isNew: Bool) {
        guard !names.isEmpty else { throw .name("") }
        let alternatives = try alternatives(names)
        if access(path, F_OK) == 0 {
            let found = try ServerCertificate(reading: path, key: path)
            // One made by a clock that is wrong helps nobody.
            try found.checkBegin(path, now: now)
            let isLasting = now + renewalDays * secondsPerDay <= found.validity.upperBound
            if isLasting, names.allSatisfy(found.names) { return (found, false) }
        }
        try make(path, title: names[0], alternatives, now: now)
        return (try ServerCertificate(certificate: path, key: path, now: now), true)
    }

    private static func make(
        _ path: String, title: String, _ alternatives: String, now: Int
    ) throws(CertificateError) {
        let room = Int(ARETE_CERTIFICATE_TEXT_BYTES)
        var certificate = [CChar](repeating: 0, count: room)
        var key = [CChar](repeating: 0, count: room)
        // Clients' clocks may be behind.
        let (begin, end) = (now - secondsPerDay, now + (days - 1) * secondsPerDay)
        // X.509's common name has 64 characters at most.
        switch arete_certificate_make(
            String(title.prefix(64)), alternatives, Int64(begin), Int64(end), &certificate, &key)
        {
        case ARETE_CERTIFICATE_OK: break
        case ARETE_CERTIFICATE_ABSENT: throw ServerCertificate.absence
        default: throw .failed
        }
        let bytes = (certificate.prefix { $0 != 0 } + key.prefix { $0 != 0 }).map { UInt8(bitPattern: $0) }
        do throws(AtomicFileError) {
            try AtomicFile.write(bytes, to: path, isPrivate: true)
        } catch {
            throw .file(path, error.description)
        }
    }

    /// As OpenSSL reads them; every name is checked, for commas would begin another.
    private static func alternatives(_ names: [String]) throws(CertificateError) -> String {
        var list: [String] = []
        for name in names {
            if isAddress(name) {
                list.append("IP:" + name)
            } else {
                guard isHost(name) else { throw .name(name) }
                list.append("DNS:" + name)
            }
        }
        return list.joined(separator: ",")
    }

    private static func isAddress(_ name: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, name, &four) == 1 || inet_pton(AF_INET6, name, &six) == 1
    }

    /// Labels of letters, digits, `-` and `_`, as resolvers take them; letters of other alphabets in their `xn--` form.
    private static func isHost(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
                    && label.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                            true
                        default: false
                        }
                    }
            }
    }
}
