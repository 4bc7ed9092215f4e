// What a sender and its station share.
import Glibc
import JSON
import Tensors

/// A secret for one sender and one station, in a file that only its owner reads.
public struct Pairing: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    /// What people call the sender.
    public let name: String
    public let sender: SenderID
    private let secret: [UInt8]
    /// The secret before the last rotation: packets under it are opened until the sender has the new one.
    private let previous: [UInt8]?
    /// Its packets are refused, for ever.
    public let isRevoked: Bool

    /// Draws an id and a secret.
    public init(name: String) throws(PairingError) {
        try self.init(name: name, sender: SenderID(UInt32.random(in: .min ... .max)), secret: Self.drawn())
    }

    /// - Throws: `PairingError` where the name is none.
    init(
        name: String, sender: SenderID, secret: [UInt8], previous: [UInt8]? = nil, isRevoked: Bool = false
    ) throws(PairingError) {
        guard !name.isEmpty, name.utf8.count <= Self.longestName, !name.contains(where: \.isNewline) else {
            throw .name(name)
        }
        (self.name, self.sender, self.secret) = (name, sender, secret)
        (self.previous, self.isRevoked) = (previous, isRevoked)
    }

    private init(
        _ other: Pairing, name: String? = nil, secret: [UInt8], previous: [UInt8]?, isRevoked: Bool = false
    ) {
        (self.name, sender, self.secret) = (name ?? other.name, other.sender, secret)
        (self.previous, self.isRevoked) = (previous, isRevoked)
    }

    private static let longestName = 64

    /// From the system's generator: Swift's takes getrandom(2).
    private static func drawn() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<PacketKey.secretBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Nobody sees a secret by accident.
    public var description: String { "\(name) (\(sender.value))" }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }

    /// With another secret; this one's packets are still opened.
    public func rotated() -> Pairing { Pairing(self, secret: Self.drawn(), previous: secret) }

    /// Whose packets are refused. The secrets stay: they tell which packets those are.
    public func revoked() -> Pairing { Pairing(self, secret: secret, previous: previous, isRevoked: true) }

    /// With its sender's id behind its name: as another sender has that name, too.
    func namedApart() -> Pairing {
        Pairing(self, name: description, secret: secret, previous: previous, isRevoked: isRevoked)
    }

    /// What this becomes on a side that is told of a rotation: packets under its secret are still opened.
    ///
    /// - Parameter told: of the same sender, as the other side has it.
    /// - Throws: `PairingError` for another sender's, and for the secret from before the last rotation.
    public func following(_ told: Pairing) throws(PairingError) -> Pairing {
        guard told.sender == sender else { throw .code("is of \(told), and the file of \(self)") }
        guard told.secret != previous else { throw .code("is older than the file: it was rotated since") }
        let isSame = told.secret == secret
        return Pairing(told, secret: told.secret, previous: isSame ? previous : secret)
    }

    /// The secret as text, to be shown to nobody but the other side.
    var secretText: String { secret.hexadecimal }

    /// The keys of a direction, the newest first.
    ///
    /// - Throws: `SealingError` where this machine cannot derive them.
    public func keys(_ direction: PacketKey.Direction) throws(SealingError) -> [PacketKey] {
        var keys = [try PacketKey(secret: secret, direction)]
        if let previous { keys.append(try PacketKey(secret: previous, direction)) }
        return keys
    }

    // MARK: Files

    private static let version = 1

    /// Reads a file.
    ///
    /// - Parameter mayBeRevoked: such a pairing is taken too: for those who must know what to refuse.
    /// - Throws: `PairingError` for what is no pairing, and for a file that others may read.
    public init(path: String, mayBeRevoked: Bool = false) throws(PairingError) {
        do {
            let limits = JSONLimits.configuration
            let fields = try JSONFields(
                try JSONReader.read(bytes: Self.content(of: path), source: path, limits: limits), source: path)
            let found = try fields.integer("arete_link", in: 1...1000)
            guard found == Self.version else { throw PairingError.file(path, "is no pairing of version 1") }
            guard let name = try fields.string("name"), let sender = try fields.integer("sender", in: 0...0xffff_ffff)
            else { throw fields.missing("name", "or \"sender\" is missing") }
            guard let secret = try Self.secret(fields, "secret") else { throw fields.missing("secret") }
            let previous = try Self.secret(fields, "previous")
            let isRevoked = try fields.bool("revoked") ?? false
            try fields.finish()
            guard mayBeRevoked || !isRevoked else {
                throw PairingError.file(path, "was revoked: 'arete link pair NAME' makes another pairing")
            }
            try self.init(
                name: name, sender: SenderID(UInt32(sender)), secret: secret, previous: previous, isRevoked: isRevoked)
        } catch PairingError.name(let name) {
            throw .file(path, PairingError.name(name).description)
        } catch let error as PairingError {
            throw error
        } catch {
            throw .document("\(error)")
        }
    }

    private static let mostBytes = 65_536

    /// Not mapped: who shortens a file while it is read must not end this program.
    private static func content(of path: String) throws(PairingError) -> [UInt8] {
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path, String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path, "is no regular file") }
        guard status.st_mode & 0o077 == 0 else {
            throw .file(path, "others may read this secret: 'chmod 600' it, and rotate it if they might have")
        }
        var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw .file(path, String(cString: strerror(errno))) }
        guard count <= mostBytes else { throw .file(path, "is too long for a pairing") }
        return Array(bytes.prefix(count))
    }

    private static func secret(_ fields: JSONFields, _ key: String) throws(JSONError) -> [UInt8]? {
        guard let text = try fields.string(key) else { return nil }
        guard let bytes = [UInt8](hexadecimal: text), bytes.count == PacketKey.secretBytes else {
            throw fields.failure(key, "is no secret of \(2 * PacketKey.secretBytes) hexadecimal digits")
        }
        return bytes
    }

    /// Writes a file that only its owner reads.
    ///
    /// - Parameter replaces: a file that is there makes way; else it is an error.
    /// - Throws: `PairingError`.
    public func write(to path: String, replaces: Bool = false) throws(PairingError) {
        var members = [
            JSONMember("arete_link", JSONValue(Self.version)), JSONMember("name", JSONValue(name)),
            JSONMember("sender", JSONValue(Int(sender.value))), JSONMember("secret", JSONValue(secret.hexadecimal)),
        ]
        if let previous { members.append(JSONMember("previous", JSONValue(previous.hexadecimal))) }
        if isRevoked { members.append(JSONMember("revoked", JSONValue(true))) }
        guard replaces || access(path, F_OK) != 0 else {
            throw .file(path, "is there already: a new secret would lock its sender out; '--rotate' keeps both")
        }
        let text = JSONValue(.object(members)).indentedText + "\n"
        do throws(AtomicFileError) {
            try AtomicFile.write(Array(text.utf8), to: path, isPrivate: true)
        } catch {
            throw .file(path, error.description)
        }
    }
}

public enum PairingError: Error, Equatable, Sendable, CustomStringConvertible {
    case name(String)
    case file(String, String)
    case document(String)
    /// What a QR code says.
    case code(String)

    public var description: String {
        switch self {
        case .name(let name): "'\(name.onOneLine)' is no name: 1 to 64 bytes on one line"
        case .file(let path, let reason): "\(path): \(reason)"
        case .document(let reason): reason
        case .code(let reason): "the code \(reason)"
        }
    }
}
