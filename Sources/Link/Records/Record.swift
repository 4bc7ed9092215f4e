// What a packet says, piece by piece.

/// One statement of a packet. docs/link-format.md has the bits of each.
public enum Record: Hashable, Sendable {
    case update(UpdateRecord)
    case track(TrackRecord)
    case short(ShortRecord)
    case context(ContextRecord)
    case clock(ClockRecord)
    case earlier(EarlierRecord)
    case gone(GoneRecord)
    case ellipse(EllipseRecord)
    case motion(MotionRecord)
    case event(EventRecord)
    case part(PartRecord)
    case pose(PoseRecord)
    case health(HealthRecord)
    case tally(TallyRecord)
    case text(TextRecord)
    case chip(ChipRecord)
    case object(ObjectRecord)
    case piece(PieceRecord)
    case receipt(ReceiptRecord)
    case request(RequestRecord)
    case verdict(VerdictRecord)

    /// Fewer bits at a packet's end are filling.
    static let fewestBits = 8

    private static let kindBits = 2
    private static let otherKind = 3
    private static let otherBits = 5

    init(from reader: inout BitReader) throws(LinkError) {
        switch try reader.number(bits: Self.kindBits) {
        case 0: self = .update(try UpdateRecord(from: &reader))
        case 1: self = .track(try TrackRecord(from: &reader))
        case 2: self = .short(try ShortRecord(from: &reader))
        default: self = try Self.other(try reader.number(bits: Self.otherBits), from: &reader)
        }
    }

    private static func other(_ number: Int, from reader: inout BitReader) throws(LinkError) -> Record {
        switch number {
        case 0: .context(try ContextRecord(from: &reader))
        case 1: .clock(try ClockRecord(from: &reader))
        case 2: .earlier(try EarlierRecord(from: &reader))
        case 3: .gone(try GoneRecord(from: &reader))
        case 4: .ellipse(try EllipseRecord(from: &reader))
        case 5: .motion(try MotionRecord(from: &reader))
        case 6: .event(try EventRecord(from: &reader))
        case 7: .part(try PartRecord(from: &reader))
        case 8: .pose(try PoseRecord(from: &reader))
        case 9: .health(try HealthRecord(from: &reader))
        case 10: .tally(try TallyRecord(from: &reader))
        case 11: .text(try TextRecord(from: &reader))
        case 12: .chip(try ChipRecord(from: &reader))
        case 13: .object(try ObjectRecord(from: &reader))
        case 14: .piece(try PieceRecord(from: &reader))
        case 15: .receipt(try ReceiptRecord(from: &reader))
        case 16: .request(try RequestRecord(from: &reader))
        case 17: .verdict(try VerdictRecord(from: &reader))
        case 18: .ellipse(try EllipseRecord(from: &reader, hasDoubts: true))
        default: throw .unknownRecord(number)
        }
    }

    /// Its number among the others; `nil` for those with a number of 2 bits.
    private var content: (kind: Int, other: Int?, record: any BitCodable) {
        switch self {
        case .update(let record): (0, nil, record)
        case .track(let record): (1, nil, record)
        case .short(let record): (2, nil, record)
        case .context(let record): (Self.otherKind, 0, record)
        case .clock(let record): (Self.otherKind, 1, record)
        case .earlier(let record): (Self.otherKind, 2, record)
        case .gone(let record): (Self.otherKind, 3, record)
        case .ellipse(let record): (Self.otherKind, record.doubts.isEmpty ? 4 : 18, record)
        case .motion(let record): (Self.otherKind, 5, record)
        case .event(let record): (Self.otherKind, 6, record)
        case .part(let record): (Self.otherKind, 7, record)
        case .pose(let record): (Self.otherKind, 8, record)
        case .health(let record): (Self.otherKind, 9, record)
        case .tally(let record): (Self.otherKind, 10, record)
        case .text(let record): (Self.otherKind, 11, record)
        case .chip(let record): (Self.otherKind, 12, record)
        case .object(let record): (Self.otherKind, 13, record)
        case .piece(let record): (Self.otherKind, 14, record)
        case .receipt(let record): (Self.otherKind, 15, record)
        case .request(let record): (Self.otherKind, 16, record)
        case .verdict(let record): (Self.otherKind, 17, record)
        }
    }

    func write(to writer: inout BitWriter) {
        let (kind, other, record) = content
        writer.write(kind, bits: Self.kindBits)
        if let other { writer.write(other, bits: Self.otherBits) }
        record.write(to: &writer)
    }

    var isChip: Bool { if case .chip = self { true } else { false } }

    /// How long it is in a packet. Complexity: as writing it.
    public var bitCount: Int {
        let (_, other, record) = content
        return Self.kindBits + (other == nil ? 0 : Self.otherBits) + record.bitCount
    }
}
