// Why something that came over a link is refused.

public enum LinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A packet that ends inside a record.
    case short
    /// Another version of the format, or no packet at all.
    case notAPacket
    /// A kind of record that this version does not know: what lies behind it in its packet cannot be read.
    case unknownRecord(Int)
    /// What no sender writes.
    case contradiction(String)

    public var description: String {
        switch self {
        case .short: "the packet ends inside a record"
        case .notAPacket: "this is no packet of the link format, version 1"
        case .unknownRecord(let number): "record \(number) is of a later version of the format"
        case .contradiction(let what): "a record says what no sender writes: \(what)"
        }
    }
}
