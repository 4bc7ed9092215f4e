// Fields into a payload.

/// Writes fields one after the other, little endian.
public struct PayloadWriter {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func write(_ number: some FixedWidthInteger) {
        for index in 0..<number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }

    public mutating func write(_ number: Float) { write(number.bitPattern) }

    /// Of more numbers than `count` the first ones, of fewer with zeros behind them.
    public mutating func write(_ numbers: [Float], count: Int) {
        for index in 0..<count { write(index < numbers.count ? numbers[index] : 0) }
    }

    public mutating func write(_ field: [UInt8], count: Int) {
        for index in 0..<count { bytes.append(index < field.count ? field[index] : 0) }
    }
}
