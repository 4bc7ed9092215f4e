// With what a server shows who it is.

/// A certificate with those that vouch for it behind it, and its private key, as PEM. Nobody sees the key by accident.
public struct TLSIdentity: Sendable, CustomStringConvertible, CustomReflectable {
    let certificate: String
    let key: String

    public init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }

    public var description: String { "(certificate and key)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
