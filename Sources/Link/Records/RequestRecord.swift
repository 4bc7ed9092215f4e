// What a station wants.

/// Something that a station asks a sender for.
public enum RequestRecord: BitCodable {
    /// All of a track: its place is not known.
    case track(number: Int)
    /// A picture of a track. `level`: how good, from 0 to 3.
    case chip(number: Int, level: Int)
    /// What a camera sees.
    case scene(camera: Int)
    /// The names of classes and rules.
    case names
    /// Contexts and the clock.
    case contexts
    /// No more pieces of an object: all of it is here.
    case enough(object: Int)
    /// What an object is: its announcement was lost.
    case object(Int)

    private static let kindBits = 3
    private static let cameraBits = 6
    private static let numberBits = 8
    /// The way down may take long: the whole number.
    private static let trackBits = 32
    private static let levelBits = 2

    /// Numbers of cameras that can be asked for.
    public static let cameras = 0..<1 << cameraBits

    init(from reader: inout BitReader) throws(LinkError) {
        let kind = try reader.number(bits: Self.kindBits)
        switch kind {
        case 0: self = .track(number: try reader.number(bits: Self.trackBits))
        case 1:
            let number = try reader.number(bits: Self.trackBits)
            self = .chip(number: number, level: try reader.number(bits: Self.levelBits))
        case 2: self = .scene(camera: try reader.number(bits: Self.cameraBits))
        case 3: self = .names
        case 4: self = .contexts
        case 5: self = .enough(object: try reader.number(bits: Self.numberBits))
        case 6: self = .object(try reader.number(bits: Self.numberBits))
        default: throw .contradiction("a request for nothing")
        }
    }

    func write(to writer: inout BitWriter) {
        func kind(_ number: Int) { writer.write(number, bits: Self.kindBits) }
        func number(_ value: Int) { writer.write(value & (1 << Self.numberBits - 1), bits: Self.numberBits) }
        switch self {
        case .track(let number):
            kind(0)
            writer.write(number & (1 << Self.trackBits - 1), bits: Self.trackBits)
        case .chip(let number, let level):
            kind(1)
            writer.write(number & (1 << Self.trackBits - 1), bits: Self.trackBits)
            writer.write(min(max(level, 0), 1 << Self.levelBits - 1), bits: Self.levelBits)
        case .scene(let camera):
            kind(2)
            writer.write(camera & (1 << Self.cameraBits - 1), bits: Self.cameraBits)
        case .names: kind(3)
        case .contexts: kind(4)
        case .enough(let object):
            kind(5)
            number(object)
        case .object(let object):
            kind(6)
            number(object)
        }
    }
}
