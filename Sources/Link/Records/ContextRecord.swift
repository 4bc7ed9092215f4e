// What all records of a camera stand on.

/// A camera, its area, its model: records that follow name it by the last 3 bits of its number, in their packet's head.
public struct ContextRecord: BitCodable {
    /// Counts contexts of a sender.
    public let number: Int
    public let camera: Int
    /// `nil` where no positions are told.
    public let area: Area?
    /// The first bits of SHA-256 over the table of names, and over the model's file.
    public let names: UInt32
    public let model: UInt32
    /// The running number of the newest track.
    public private(set) var newestTrack: Int

    private static let numberBits = 8
    private static let cameraBits = 6
    public static let namesBits = 24
    private static let modelBits = 32
    private static let trackBits = 32

    /// Numbers beyond what their bits hold begin anew.
    public init(number: Int, camera: Int, area: Area?, names: UInt32, model: UInt32, newestTrack: Int) {
        self.number = number & (1 << Self.numberBits - 1)
        self.camera = camera & (1 << Self.cameraBits - 1)
        self.area = area
        self.names = names >> UInt32(32 - Self.namesBits)
        self.model = model
        self.newestTrack = newestTrack & (1 << Self.trackBits - 1)
    }

    /// Bytes, with its number.
    static let mostBytes = 24

    mutating func tellNewest(_ track: Int) { newestTrack = track & (1 << Self.trackBits - 1) }

    /// Says the same, but for the newest track.
    func isSame(as other: ContextRecord) -> Bool {
        var other = other
        other.newestTrack = newestTrack
        return self == other
    }

    init(from reader: inout BitReader) throws(LinkError) {
        number = try reader.number(bits: Self.numberBits)
        camera = try reader.number(bits: Self.cameraBits)
        area = try reader.number(bits: 1) == 1 ? try Area(from: &reader) : nil
        names = UInt32(try reader.number(bits: Self.namesBits))
        model = UInt32(try reader.number(bits: Self.modelBits))
        newestTrack = try reader.number(bits: Self.trackBits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(number, bits: Self.numberBits)
        writer.write(camera, bits: Self.cameraBits)
        writer.write(area == nil ? 0 : 1, bits: 1)
        area?.write(to: &writer)
        writer.write(Int(names), bits: Self.namesBits)
        writer.write(Int(model), bits: Self.modelBits)
        writer.write(newestTrack, bits: Self.trackBits)
    }
}
