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

    init(from reader: inout BitReader) throws(LinkError) {
        guard let read = ErrorClass(rawValue: try reader.number(bits: Self.bits)) else {
            throw .contradiction("a position that is none")
        }
        self = read
    }

    func write(to writer: inout BitWriter) { writer.write(rawValue, bits: Self.bits) }
}
