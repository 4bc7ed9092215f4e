// A pairing as a QR code carries it.

/// The text of a pairing's QR code:
///
///     arete-link:1?sender=305419895&secret=000102...1D1E1F&name=drone%201
///
/// Sender, secret (64 hexadecimal digits, capitals: QR codes hold those in fewer bits) and name, in this order and
/// nothing else. Of the name's bytes (UTF-8) those that are no letter, digit, `-`, `.`, `_` or `~` are written as `%`
/// and two such digits (RFC 3986, section 2). Each pairing has one text, and no other is taken.
public struct PairingCode: Sendable, CustomStringConvertible, CustomReflectable {
    public let pairing: Pairing

    /// Nobody sees a secret by accident.
    public var description: String { pairing.description }
    public var customMirror: Mirror { Mirror(self, children: ["pairing": pairing]) }

    private static let scheme = "arete-link:"
    private static let version = "1"
    /// Longer than that of the longest name.
    private static let mostBytes = 400

    public init(_ pairing: Pairing) { self.pairing = pairing }

    /// With the secret in it: for the other side's camera alone.
    public var text: String {
        let name = pairing.name.utf8.map { Self.coded($0) }.joined()
        let secret = pairing.secretText.uppercased()
        return "\(Self.scheme)\(Self.version)?sender=\(pairing.sender.value)&secret=\(secret)&name=\(name)"
    }

    /// Whether a code is meant to be a pairing's: what else it shows is not Arete's.
    public static func isMeant(_ text: String) -> Bool { text.hasPrefix(scheme) }

    /// Reads a text.
    ///
    /// - Throws: `PairingError.code` for anything but what `text` writes, without saying what stands in it.
    public init(text: String) throws(PairingError) {
        guard text.utf8.count <= Self.mostBytes else { throw .code("is too long for a pairing's") }
        guard Self.isMeant(text) else { throw .code("is no pairing's") }
        let parts = text.dropFirst(Self.scheme.count).split(separator: "?", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == Self.version else {
            throw .code("is no pairing of version \(Self.version)")
        }
        let fields = parts[1].split(separator: "&", omittingEmptySubsequences: false)
        guard fields.count == 3, let sender = Self.value(fields[0], of: "sender").flatMap({ UInt32($0) }),
            let secret = Self.value(fields[1], of: "secret").flatMap({ [UInt8](hexadecimal: String($0)) }),
            secret.count == PacketKey.secretBytes,
            let name = Self.value(fields[2], of: "name").flatMap({ Self.decoded($0) })
        else { throw .code("is damaged, or of another version") }
        pairing = try Pairing(name: name, sender: SenderID(sender), secret: secret)
        // Leading zeros, small digits, letters that need no code: nobody writes such.
        guard Array(self.text.utf8) == Array(text.utf8) else { throw .code("is damaged, or of another version") }
    }

    private static func value(_ field: Substring, of key: String) -> Substring? {
        field.hasPrefix(key + "=") ? field.dropFirst(key.count + 1) : nil
    }

    private static func coded(_ byte: UInt8) -> String {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
            String(decoding: [byte], as: UTF8.self)
        default: "%" + [byte].hexadecimal.uppercased()
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let coded = [UInt8](hexadecimal: digits), coded.count == 1 else { return nil }
            bytes.append(coded[0])
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
