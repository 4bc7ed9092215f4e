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
    /// Pieces of an object: those of `first`, `first + 1`, ... whose bits are set, the lowest first.
    case pieces(object: Int, first: Int, set: UInt16)
    /// No more pieces of an object.
    case enough(object: Int)
    /// What an object is: its announcement was lost.
    case object(Int)

    private static let kindBits = 3
    private static let cameraBits = 6
    private static let numberBits = 8
    private static let setBits = 16
    /// The way down may take long: the whole number.
    private static let trackBits = 32
    private static let levelBits = 2

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
        case 5:
            let object = try reader.number(bits: Self.numberBits)
            let first = try reader.number(bits: Self.numberBits)
            self = .pieces(object: object, first: first, set: UInt16(try reader.number(bits: Self.setBits)))
        case 6: self = .enough(object: try reader.number(bits: Self.numberBits))
        default: self = .object(try reader.number(bits: Self.numberBits))
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
        case .pieces(let object, let first, let set):
            kind(5)
            number(object)
            number(first)
            writer.write(Int(set), bits: Self.setBits)
        case .enough(let object):
            kind(6)
            number(object)
        case .object(let object):
            kind(7)
            number(object)
        }
    }
}
