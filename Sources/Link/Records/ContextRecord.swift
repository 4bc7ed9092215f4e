// What all records of a camera stand on.

/// A camera, its area, its model: records that follow name it by the last 3 bits of its number, in their packet's head.
public struct ContextRecord: BitCodable {
    /// Counts contexts of a sender.
    public let number: Int
    public let camera: Int
    /// `nil` where no positions are told.
    public let area: Area?
    /// The first bits of SHA-256 over the table of classes, and over the model's file.
    public let classes: UInt32
    public let model: UInt32
    /// The running number of the newest track, without its last 10 bits.
    public private(set) var tracks: Int

    private static let numberBits = 8
    private static let cameraBits = 6
    private static let classesBits = 24
    private static let modelBits = 32
    private static let tracksBits = 22

    /// Numbers beyond what their bits hold begin anew.
    public init(number: Int, camera: Int, area: Area?, classes: UInt32, model: UInt32, newestTrack: Int) {
        self.number = number & (1 << Self.numberBits - 1)
        self.camera = camera & (1 << Self.cameraBits - 1)
        self.area = area
        self.classes = classes >> UInt32(32 - Self.classesBits)
        self.model = model
        tracks = 0
        tellNewest(newestTrack)
    }

    /// Bytes, with its number.
    static let mostBytes = 23

    mutating func tellNewest(_ track: Int) { tracks = track >> TrackTag.bits & (1 << Self.tracksBits - 1) }

    /// Says the same, but for the newest track.
    func isSame(as other: ContextRecord) -> Bool {
        var other = other
        other.tracks = tracks
        return self == other
    }

    /// A running number that is at most 1,023 before the newest track's.
    public var trackBase: Int { tracks << TrackTag.bits }

    init(from reader: inout BitReader) throws(LinkError) {
        number = try reader.number(bits: Self.numberBits)
        camera = try reader.number(bits: Self.cameraBits)
        area = try reader.number(bits: 1) == 1 ? try Area(from: &reader) : nil
        classes = UInt32(try reader.number(bits: Self.classesBits))
        model = UInt32(try reader.number(bits: Self.modelBits))
        tracks = try reader.number(bits: Self.tracksBits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(number, bits: Self.numberBits)
        writer.write(camera, bits: Self.cameraBits)
        writer.write(area == nil ? 0 : 1, bits: 1)
        area?.write(to: &writer)
        writer.write(Int(classes), bits: Self.classesBits)
        writer.write(Int(model), bits: Self.modelBits)
        writer.write(tracks, bits: Self.tracksBits)
    }
}
