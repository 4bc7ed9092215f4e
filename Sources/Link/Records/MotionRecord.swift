// How fast a track moves, and where to.
import Glibc

/// Speed over ground and course.
public struct MotionRecord: BitCodable {
    public var track: TrackTag
    private let speedStep: Int
    private let courseStep: Int

    private static let bits = 7
    private static let stepsPerMetre = 4.0
    private static let courses = 128.0

    /// - Parameters:
    ///   - speed: metres a second; steps of 0.25 up to 31.75, which also stands for more.
    ///   - course: degrees from north over east.
    public init(track: TrackTag, speed: Double, course: Double) {
        self.track = track
        let steps = (speed * Self.stepsPerMetre).rounded()
        speedStep = steps > 0 ? Int(min(steps, Double(1 << Self.bits - 1))) : 0
        let turned = course.isFinite ? fmod(course, 360) : 0
        courseStep = Int((turned / 360 * Self.courses).rounded()) & (1 << Self.bits - 1)
    }

    public var speed: Double { Double(speedStep) / Self.stepsPerMetre }
    public var course: Double { Double(courseStep) * 360 / Self.courses }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try TrackTag(from: &reader)
        speedStep = try reader.number(bits: Self.bits)
        courseStep = try reader.number(bits: Self.bits)
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        writer.write(speedStep, bits: Self.bits)
        writer.write(courseStep, bits: Self.bits)
    }
}
