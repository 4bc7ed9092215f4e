// A place in an area, in few bits.

/// Metres east and north of an area's origin.
public struct GridPlace: BitCodable {
    public let east: Int
    public let north: Int

    private static let bits = 14
    static let range = -(1 << (bits - 1))...(1 << (bits - 1) - 1)

    public static let origin = GridPlace()

    private init() { (east, north) = (0, 0) }

    /// `nil` beyond 8 km from the origin.
    public init?(east: Int, north: Int) {
        guard Self.range.contains(east), Self.range.contains(north) else { return nil }
        (self.east, self.north) = (east, north)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        east = try reader.signed(bits: Self.bits)
        north = try reader.signed(bits: Self.bits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(signed: east, bits: Self.bits)
        writer.write(signed: north, bits: Self.bits)
    }
}

/// Height above an area's base, in steps of 2 m.
public struct GridHeight: BitCodable {
    /// `nil`: not known.
    public let metres: Int?

    private static let bits = 11
    private static let step = 2
    private static let unknownSteps = 1 << bits - 1

    public static let unknown = GridHeight(metres: nil)

    private init(metres: Int?) { self.metres = metres }

    /// Unknown below the base or 4 km above it.
    public init(_ metres: Double) {
        let steps = (metres / Double(Self.step)).rounded()
        self.metres = steps >= 0 && steps < Double(Self.unknownSteps) ? Int(steps) * Self.step : nil
    }

    init(from reader: inout BitReader) throws(LinkError) {
        let steps = try reader.number(bits: Self.bits)
        metres = steps == Self.unknownSteps ? nil : steps * Self.step
    }

    func write(to writer: inout BitWriter) {
        writer.write(metres.map { $0 / Self.step } ?? Self.unknownSteps, bits: Self.bits)
    }
}

/// The lower bits of a place: with one that is known and near, the whole.
public struct LowPlace: BitCodable {
    public let east: Int
    public let north: Int

    private static let bits = 8
    private static let window = 1 << bits

    /// Metres on each axis within which a known place must lie.
    public static let reach = window / 2 - 1

    public init(of place: GridPlace) {
        (east, north) = (place.east & (Self.window - 1), place.north & (Self.window - 1))
    }

    /// The place with these bits that is nearest to `known`; `nil` where that lies outside the area.
    public func place(near known: GridPlace) -> GridPlace? {
        func side(_ low: Int, _ known: Int) -> Int {
            let half = Self.window / 2
            return known - half + (low - known + half) & (Self.window - 1)
        }
        return GridPlace(east: side(east, known.east), north: side(north, known.north))
    }

    init(from reader: inout BitReader) throws(LinkError) {
        east = try reader.number(bits: Self.bits)
        north = try reader.number(bits: Self.bits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(east, bits: Self.bits)
        writer.write(north, bits: Self.bits)
    }
}
