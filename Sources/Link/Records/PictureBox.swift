// Where in the picture, in few bits.
import Glibc

/// A box in a picture: its middle in 256ths of the sides, its sides in 32 steps of a fourth root of 2, from the picture's downwards.
public struct PictureBox: BitCodable {
    private let x: Int
    private let y: Int
    private let widthStep: Int
    private let heightStep: Int

    private static let placeBits = 8
    private static let sizeBits = 5
    private static let places = 256.0
    private static let stepsPerHalf = 4.0

    /// All in parts of the picture's sides, 0 to 1; what lies outside is brought to the border.
    public init(middleX: Double, middleY: Double, width: Double, height: Double) {
        func place(_ part: Double) -> Int { part > 0 ? Int(min(part * Self.places, Self.places - 1)) : 0 }
        func size(_ part: Double) -> Int {
            part > 1e-9 ? Int(min(max((-Self.stepsPerHalf * log2(part)).rounded(), 0), 31)) : 31
        }
        (x, y, widthStep, heightStep) = (place(middleX), place(middleY), size(width), size(height))
    }

    public var middle: (x: Double, y: Double) { ((Double(x) + 0.5) / Self.places, (Double(y) + 0.5) / Self.places) }
    public var width: Double { exp2(-Double(widthStep) / Self.stepsPerHalf) }
    public var height: Double { exp2(-Double(heightStep) / Self.stepsPerHalf) }

    init(from reader: inout BitReader) throws(LinkError) {
        x = try reader.number(bits: Self.placeBits)
        y = try reader.number(bits: Self.placeBits)
        widthStep = try reader.number(bits: Self.sizeBits)
        heightStep = try reader.number(bits: Self.sizeBits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(x, bits: Self.placeBits)
        writer.write(y, bits: Self.placeBits)
        writer.write(widthStep, bits: Self.sizeBits)
        writer.write(heightStep, bits: Self.sizeBits)
    }
}
