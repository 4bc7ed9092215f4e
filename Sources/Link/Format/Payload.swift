// Records one behind the other.

/// What a packet says.
public struct Payload: Hashable, Sendable {
    public let records: [Record]
    /// Why there are no more: what lies behind a record that cannot be read cannot be read either.
    public let fault: LinkError?

    /// A chip reaches to the packet's end: it comes last, and there is one at most.
    public init(_ records: [Record]) {
        let chips = records.filter(\.isChip)
        precondition(chips.count <= 1)
        self.records = records.filter { !$0.isChip } + chips
        fault = nil
    }

    /// Reads as far as it can be read. Complexity: O(bytes).
    public init(bytes: [UInt8]) {
        var reader = BitReader(bytes)
        var read: [Record] = []
        do throws(LinkError) {
            while reader.left >= Record.fewestBits { read.append(try Record(from: &reader)) }
            guard try reader.number(bits: reader.left) == 0 else { throw .contradiction("filling that is not zero") }
            fault = nil
        } catch {
            fault = error
        }
        records = read
    }

    /// Complexity: O(bytes).
    public var bytes: [UInt8] {
        var writer = BitWriter()
        for record in records { record.write(to: &writer) }
        return writer.bytes
    }
}
