// Records one behind the other.

/// What a packet says.
public struct Payload: Hashable, Sendable {
    public var records: [Record]

    public init(_ records: [Record]) { self.records = records }

    /// Complexity: O(bytes).
    ///
    /// - Throws: `LinkError` where the bytes are no records, or have bits that no sender writes behind them.
    public init(bytes: [UInt8]) throws(LinkError) {
        var reader = BitReader(bytes)
        records = []
        while reader.left >= Record.fewestBits { records.append(try Record(from: &reader)) }
        guard try reader.number(bits: reader.left) == 0 else { throw .contradiction("filling that is not zero") }
    }

    /// Complexity: O(bytes).
    public var bytes: [UInt8] {
        var writer = BitWriter()
        for record in records { record.write(to: &writer) }
        return writer.bytes
    }
}
