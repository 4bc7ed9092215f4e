// A line for people.

/// A short text, such as a notice of the pipeline.
public struct TextRecord: BitCodable {
    public let text: String

    private static let countBits = 7
    public static let mostBytes = 1 << countBits - 1

    /// Bytes of a record beside its text.
    static let overhead = 2

    /// What fits of a text; characters stay whole.
    public init(_ text: String, most: Int = mostBytes) {
        var kept = Substring(text)
        while kept.utf8.count > min(max(most, 0), Self.mostBytes) { kept.removeLast() }
        self.text = String(kept)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        let count = try reader.number(bits: Self.countBits)
        let bytes = try reader.bytes(count)
        text = String(decoding: bytes, as: UTF8.self)
        // What is no UTF-8 is mended in reading.
        guard Array(text.utf8) == bytes else { throw .contradiction("a text that is no UTF-8") }
    }

    func write(to writer: inout BitWriter) {
        writer.write(text.utf8.count, bits: Self.countBits)
        writer.write(bytes: Array(text.utf8))
    }
}
