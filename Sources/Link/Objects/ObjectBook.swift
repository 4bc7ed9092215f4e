// Objects that come in pieces.

/// Puts the pieces of a sender's objects together. Memory is bounded: 16 objects of 256 pieces of 256 bytes.
struct ObjectBook {
    private struct Incoming {
        var record: ObjectRecord?
        var pieces: [Int: [UInt8]] = [:]
        var isDone = false
        /// The running number of its track, as it was when it was announced.
        var track = 0
        /// Counts what came of all objects.
        var order = 0
    }

    /// What came of it.
    enum Outcome {
        case nothing
        /// All of it is there.
        case whole(ObjectRecord, track: Int, [UInt8])
        /// The station should ask for this.
        case wish(RequestRecord)
    }

    private var incoming: [Int: Incoming] = [:]
    private var order = 0

    private static let most = 16

    mutating func take(_ record: ObjectRecord, track: Int) throws(SealingError) -> Outcome {
        var known = take(record.number)
        // Another object under a number that has come round.
        if let before = known.record, before != record { known = Incoming(order: known.order) }
        (known.record, known.track) = (record, track)
        return try finish(known, record.number)
    }

    mutating func take(_ piece: PieceRecord) throws(SealingError) -> Outcome {
        var known = take(piece.object)
        if !known.isDone { known.pieces[piece.index] = piece.bytes }
        return try finish(known, piece.object)
    }

    private mutating func take(_ number: Int) -> Incoming {
        order += 1
        if incoming[number] == nil, incoming.count >= Self.most,
            let oldest = incoming.min(by: { $0.value.order < $1.value.order })?.key
        {
            incoming[oldest] = nil
        }
        var known = incoming[number] ?? Incoming()
        known.order = order
        return known
    }

    private mutating func finish(_ known: Incoming, _ number: Int) throws(SealingError) -> Outcome {
        var known = known
        defer { incoming[number] = known }
        if known.isDone { return .wish(.enough(object: number)) }
        guard let record = known.record else { return .wish(.object(number)) }
        guard known.pieces.count >= record.pieces,
            let pieces = ErasureCode.pieces(record.pieces, of: record.pieceBytes, from: known.pieces)
        else { return .nothing }
        let bytes = Array(pieces.joined().prefix(record.size))
        guard try ObjectRecord.check(bytes) == record.check else {
            // Pieces of another object that had this number before.
            known.pieces = [:]
            return .nothing
        }
        known.isDone = true
        known.pieces = [:]
        return .whole(record, track: known.track, bytes)
    }
}
