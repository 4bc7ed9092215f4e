// How well a track's position is known, more finely than by a class.
import Glibc

/// The ellipse that holds 95 of 100 true places, around the track's place, and what makes the place doubtful beyond it.
public struct EllipseRecord: BitCodable {
    public var track: TrackTag
    private let majorStep: Int
    private let minorStep: Int
    private let angleStep: Int
    public let doubts: PlaceDoubts

    private static let sizeBits = 6
    private static let angleBits = 5
    /// Steps of a fourth root of 2 from half a metre to 27 km.
    private static let least = 0.5
    private static let stepsPerDouble = 4.0
    private static let angles = 32.0

    /// - Parameters:
    ///   - major: metres from the middle to the farthest point, as `minor` to the nearest.
    ///   - bearing: of the longer axis, degrees from north over east.
    public init(
        track: TrackTag, major: Double, minor: Double, bearing: Double, doubts: PlaceDoubts = []
    ) {
        func step(_ metres: Double) -> Int {
            let most = Double(1 << Self.sizeBits - 1)
            guard metres.isFinite else { return Int(most) }
            return Int(min((Self.stepsPerDouble * log2(max(metres, Self.least) / Self.least)).rounded(.up), most))
        }
        let turned = bearing.isFinite ? fmod(bearing, 180) : 0
        let angle = Int((turned / 180 * Self.angles).rounded())
        (self.track, self.doubts) = (track, doubts)
        (majorStep, minorStep, angleStep) = (step(major), step(minor), angle & (1 << Self.angleBits - 1))
    }

    private static func metres(_ step: Int) -> Double { least * exp2(Double(step) / stepsPerDouble) }
    public var major: Double { Self.metres(majorStep) }
    public var minor: Double { Self.metres(minorStep) }
    public var bearing: Double { Double(angleStep) * 180 / Self.angles }

    init(from reader: inout BitReader) throws(LinkError) { try self.init(from: &reader, hasDoubts: false) }

    /// Those that have doubts are of another number.
    init(from reader: inout BitReader, hasDoubts: Bool) throws(LinkError) {
        track = try TrackTag(from: &reader)
        majorStep = try reader.number(bits: Self.sizeBits)
        minorStep = try reader.number(bits: Self.sizeBits)
        angleStep = try reader.number(bits: Self.angleBits)
        doubts = PlaceDoubts(rawValue: hasDoubts ? try reader.number(bits: PlaceDoubts.bits) : 0)
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        writer.write(majorStep, bits: Self.sizeBits)
        writer.write(minorStep, bits: Self.sizeBits)
        writer.write(angleStep, bits: Self.angleBits)
        if !doubts.isEmpty { writer.write(doubts.rawValue, bits: PlaceDoubts.bits) }
    }
}
