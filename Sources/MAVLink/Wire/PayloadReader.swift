// Fields out of a payload.

/// Reads fields one after the other, little endian. Behind the payload's end lie zeros: senders cut them off (MAVLink
/// 2, payload truncation).
public struct PayloadReader {
    private let bytes: [UInt8]
    private var place = 0

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func byte() -> UInt8 {
        guard place < bytes.count else { return 0 }
        defer { place += 1 }
        return bytes[place]
    }

    public mutating func integer<Number: FixedWidthInteger>() -> Number {
        var number: Number = 0
        for index in 0..<Number.bitWidth / 8 { number |= Number(truncatingIfNeeded: byte()) << (8 * index) }
        return number
    }

    public mutating func float() -> Float { Float(bitPattern: integer()) }

    public mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }

    public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
}
