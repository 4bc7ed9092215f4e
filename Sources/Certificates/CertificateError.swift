// What is wrong with a certificate.

/// One line for the person who must act.
public enum CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What to install.
    case absent(String)
    /// A name that no certificate can have.
    case name(String)
    case file(String, String)
    case failed

    public var description: String {
        switch self {
        case .absent(let reason): reason
        case .name(let name): "'\(name)' is no host name and no numeric address"
        case .file(let path, let reason): "\(path): \(reason)"
        case .failed: "libcrypto makes no certificate on this machine"
        }
    }
}
