// How sure, in few bits.
import Glibc

/// How sure a detector is, in 15 even steps of log odds from 3 to 97 %: as fine near certainty as in the middle.
public struct Confidence: BitCodable {
    /// 0: not told.
    public let step: Int

    private static let bits = 4
    private static let middle = 8
    private static let stepsPerOdds = 2.0

    public static let untold = Confidence(step: 0)

    private init(step: Int) { self.step = step }

    /// The step nearest to a probability.
    public init(_ probability: Double) {
        let bounded = probability > 1e-6 ? min(probability, 1 - 1e-6) : 1e-6
        let odds = log(bounded / (1 - bounded)) * Self.stepsPerOdds
        step = Int(min(max(odds.rounded(), -7), 7)) + Self.middle
    }

    public var probability: Double? {
        step == 0 ? nil : 1 / (1 + exp(-Double(step - Self.middle) / Self.stepsPerOdds))
    }

    init(from reader: inout BitReader) throws(LinkError) { step = try reader.number(bits: Self.bits) }
    func write(to writer: inout BitWriter) { writer.write(step, bits: Self.bits) }
}
