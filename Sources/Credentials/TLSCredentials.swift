// Whom a connection believes, and who it says it is.
import Glibc

/// How the other side of a TLS connection is known, and with what this side shows who it is. All files are PEM.
public struct TLSCredentials: Hashable, Sendable {
    /// Certificates of those who may vouch for a server; the system's where there is none.
    public let authority: String?
    public let certificate: String?
    /// Of the certificate, in a file that only its owner reads.
    public let key: String?

    /// - Throws: `CredentialError` for a file that is not there, a key that others may read, and half of a pair.
    public init(authority: String? = nil, certificate: String? = nil, key: String? = nil) throws(CredentialError) {
        for path in [authority, certificate] {
            if let path, access(path, R_OK) != 0 { throw .file(path, String(cString: strerror(errno))) }
        }
        if let key { try Secret.check(path: key) }
        guard (certificate == nil) == (key == nil) else {
            throw .file(certificate ?? key ?? "", "a certificate and its key come together: give both or none")
        }
        (self.authority, self.certificate, self.key) = (authority, certificate, key)
    }

    /// The system's authorities, and nothing that tells who this is.
    public static var system: TLSCredentials { TLSCredentials() }

    private init() { (authority, certificate, key) = (nil, nil, nil) }
}

public enum CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
    case file(String, String)

    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
