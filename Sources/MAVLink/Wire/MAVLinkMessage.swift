// What a frame holds.

/// A message of the dialect `common`. To add one: a file of its own in Messages, and a line in `MessageTable`.
public protocol MAVLinkMessage: Hashable, Sendable {
    static var id: UInt32 { get }
    /// A byte made of the names and types of its fields, so that both ends mean the same message.
    static var crcExtra: UInt8 { get }
    /// Bytes of its fields, the later extensions among them; at most 255.
    static var length: Int { get }

    /// Reads its fields in the order of the wire.
    init(from reader: inout PayloadReader)
    func write(to writer: inout PayloadWriter)
}

extension MAVLinkMessage {
    /// As MAVLink 2 sends it: without the zeros at its end, but never empty.
    var payload: [UInt8] {
        var writer = PayloadWriter()
        write(to: &writer)
        let last = writer.bytes.dropFirst().lastIndex { $0 != 0 }
        return Array(writer.bytes.prefix((last ?? 0) + 1))
    }
}
