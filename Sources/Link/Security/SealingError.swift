// Why nothing can be encrypted here.
import CSealing

/// The machine's fault, not the packet's.
public enum SealingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What to install.
    case absent(String)
    case failed

    public var description: String {
        switch self {
        case .absent(let reason): reason
        case .failed: "libcrypto refuses AES-CCM, HKDF or SHA-256 on this machine"
        }
    }

    /// - Throws: itself for what is neither done nor a forgery.
    static func check(_ status: arete_sealing_status) throws(SealingError) {
        switch status {
        case ARETE_SEALING_OK, ARETE_SEALING_FORGED: return
        case ARETE_SEALING_ABSENT: throw .absent(arete_sealing_absence().map { String(cString: $0) } ?? "")
        default: throw .failed
        }
    }
}
