// Where a camera is and where it looks.
import Glibc

/// A camera's place and the direction of its axis: with its lens, what it searched.
public struct PoseRecord: BitCodable {
    public var age: Age
    public var place: GridPlace
    public var height: GridHeight
    private let yawStep: Int
    private let pitchStep: Int
    private let viewStep: Int

    private static let yawBits = 8
    private static let pitchBits = 7
    private static let viewBits = 5
    /// Of all its fields, with its kind.
    static let byteCount = 10
    private static let pitches = 1.5
    private static let views = 4.0

    /// - Parameters:
    ///   - yaw: degrees from north over east, of the camera's axis.
    ///   - pitch: degrees, 0 to the horizon, -90 straight down.
    ///   - view: degrees between the picture's left and right border, up to 124; `nil` where that is not known.
    public init(age: Age, place: GridPlace, height: GridHeight, yaw: Double, pitch: Double, view: Double?) {
        (self.age, self.place, self.height) = (age, place, height)
        let turned = yaw.isFinite ? fmod(yaw, 360) : 0
        yawStep = Int((turned / 360 * Double(1 << Self.yawBits)).rounded()) & (1 << Self.yawBits - 1)
        pitchStep = Int((min(max(pitch.isFinite ? pitch : 0, -90), 90) / Self.pitches).rounded())
        viewStep = view.map { $0 > 0 ? Int(min(max(($0 / Self.views).rounded(), 1), 31)) : 0 } ?? 0
    }

    public var yaw: Double { Double(yawStep) * 360 / Double(1 << Self.yawBits) }
    public var pitch: Double { Double(pitchStep) * Self.pitches }
    public var view: Double? { viewStep == 0 ? nil : Double(viewStep) * Self.views }

    init(from reader: inout BitReader) throws(LinkError) {
        age = try Age(from: &reader)
        place = try GridPlace(from: &reader)
        height = try GridHeight(from: &reader)
        yawStep = try reader.number(bits: Self.yawBits)
        pitchStep = try reader.signed(bits: Self.pitchBits)
        viewStep = try reader.number(bits: Self.viewBits)
        guard abs(pitch) <= 90 else { throw .contradiction("a camera that looks beyond straight down or up") }
    }

    func write(to writer: inout BitWriter) {
        age.write(to: &writer)
        place.write(to: &writer)
        height.write(to: &writer)
        writer.write(yawStep, bits: Self.yawBits)
        writer.write(signed: pitchStep, bits: Self.pitchBits)
        writer.write(viewStep, bits: Self.viewBits)
    }
}
