// What a sender and its station share.
import Glibc
import JSON
import Tensors

/// A secret for one sender and one station, in a file that only its owner reads.
public struct Pairing: Sendable, CustomStringConvertible, CustomReflectable {
    /// What people call the sender.
    public let name: String
    public let sender: SenderID
    private let secret: [UInt8]
    /// The secret before the last rotation: packets under it are opened until the sender has the new one.
    private let previous: [UInt8]?

    /// Draws an id and a secret.
    public init(name: String) throws(PairingError) {
        guard !name.isEmpty, name.utf8.count <= Self.longestName, !name.contains(where: \.isNewline) else {
            throw .name(name)
        }
        self.name = name
        sender = SenderID(UInt32.random(in: .min ... .max))
        secret = Self.drawn()
        previous = nil
    }

    private init(name: String, sender: SenderID, secret: [UInt8], previous: [UInt8]?) {
        (self.name, self.sender, self.secret, self.previous) = (name, sender, secret, previous)
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
    public func rotated() -> Pairing {
        Pairing(name: name, sender: sender, secret: Self.drawn(), previous: secret)
    }

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
    /// - Throws: `PairingError` for what is no pairing, and for a file that others may read.
    public init(path: String) throws(PairingError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .file(path, String(cString: strerror(errno))) }
        guard status.st_mode & 0o077 == 0 else {
            throw .file(path, "others may read this secret: 'chmod 600' it, and rotate it if they might have")
        }
        do {
            let file = try MappedFile(path: path)
            let limits = JSONLimits.configuration
            let fields = try JSONFields(
                try JSONReader.read(bytes: Array(file.bytes), source: path, limits: limits), source: path)
            let found = try fields.integer("arete_link", in: 1...1000)
            guard found == Self.version else { throw PairingError.file(path, "is no pairing of version 1") }
            guard let name = try fields.string("name"), let sender = try fields.integer("sender", in: 0...0xffff_ffff)
            else { throw fields.missing("name", "or \"sender\" is missing") }
            guard let secret = try Self.secret(fields, "secret") else { throw fields.missing("secret") }
            let previous = try Self.secret(fields, "previous")
            try fields.finish()
            self.init(name: name, sender: SenderID(UInt32(sender)), secret: secret, previous: previous)
        } catch let error as PairingError {
            throw error
        } catch let error as TensorError {
            throw .file(path, error.reason)
        } catch {
            throw .document("\(error)")
        }
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
        guard replaces || access(path, F_OK) != 0 else {
            throw .file(path, "is there already: a new secret would lock its sender out; '--rotate' keeps both")
        }
        let text = JSONValue(.object(members)).indentedText + "\n"
        // What AtomicFile makes is as private as this says, from its first byte on.
        let mask = umask(0o077)
        defer { umask(mask) }
        do throws(AtomicFileError) {
            try AtomicFile.write(to: path) { write in try Array(text.utf8).withUnsafeBytes(write) }
        } catch {
            throw .file(path, error.description)
        }
    }
}

public enum PairingError: Error, Equatable, Sendable, CustomStringConvertible {
    case name(String)
    case file(String, String)
    case document(String)

    public var description: String {
        switch self {
        case .name(let name): "'\(name)' is no name: 1 to 64 bytes on one line"
        case .file(let path, let reason): "\(path): \(reason)"
        case .document(let reason): reason
        }
    }
}
