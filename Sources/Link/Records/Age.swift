// How long ago, in few bits.

/// How long before its packet was sent something was so: steps of 0.2 s.
public struct Age: BitCodable {
    public let steps: Int

    private static let bits = 7
    private static let stepsPerSecond = 5.0
    private static let most = 1 << bits - 1

    /// 25.4 s or longer ago.
    public static let old = Age(steps: most)

    private init(steps: Int) { self.steps = steps }

    /// The step nearest to a time.
    public init(seconds: Double) {
        let steps = (seconds * Self.stepsPerSecond).rounded()
        // Times that are none are old, and what comes from the future is new.
        self.steps = steps < Double(Self.most) ? Int(max(steps, 0)) : Self.most
    }

    /// At least.
    public var seconds: Double { Double(steps) / Self.stepsPerSecond }
    public var isOld: Bool { steps == Self.most }

    init(from reader: inout BitReader) throws(LinkError) { steps = try reader.number(bits: Self.bits) }
    func write(to writer: inout BitWriter) { writer.write(steps, bits: Self.bits) }
}
