// How far off, in few bits.

/// How far a position may be off: 95 of 100 are nearer than this.
public enum ErrorClass: Int, CaseIterable, BitCodable {
    case upTo2, upTo5, upTo10, upTo20, upTo50, upTo100, more

    static let bits = 3
    /// In its place: there is no position at all.
    static let noPosition = 7

    /// `nil` for more than a hundred.
    public var metres: Double? {
        switch self {
        case .upTo2: 2
        case .upTo5: 5
        case .upTo10: 10
        case .upTo20: 20
        case .upTo50: 50
        case .upTo100: 100
        case .more: nil
        }
    }

    /// The class of an error; what is no number is large.
    public init(metres: Double) {
        self = Self.allCases.first { metres <= $0.metres ?? .infinity } ?? .more
    }

    /// Whether the position that it tells of may still be the one of an ellipse that was told before.
    ///
    /// Of what holds 95 of 100, the circle has 0.8 to 1 times the ellipse's longer half axis as its radius. That is told
    /// up to 1.19 times as long, and told anew once it has changed by the root of 2.
    func mayBelong(to ellipse: ErrorEllipse) -> Bool {
        let least = ErrorClass(rawValue: rawValue - 1)?.metres ?? 0
        return least < 1.42 * ellipse.major && metres ?? .infinity >= 0.475 * ellipse.major
    }

    init(from reader: inout BitReader) throws(LinkError) {
        guard let read = ErrorClass(rawValue: try reader.number(bits: Self.bits)) else {
            throw .contradiction("a position that is none")
        }
        self = read
    }

    func write(to writer: inout BitWriter) { writer.write(rawValue, bits: Self.bits) }
}
