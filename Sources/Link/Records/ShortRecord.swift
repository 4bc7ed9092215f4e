// A track without box and height.

/// A track for packets that hold no more: 8 bytes.
public struct ShortRecord: BitCodable {
    public var track: TrackTag
    public let objectClass: Int
    public var confidence: Confidence
    public var age: Age
    public var error: ErrorClass
    public var place: GridPlace

    /// What of a whole record fits; `nil` where it has no position.
    public init?(_ record: TrackRecord) {
        guard let position = record.position else { return nil }
        (track, objectClass, confidence) = (record.track, record.objectClass, record.confidence)
        (age, error, place) = (record.age, position.error, position.place)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try TrackTag(from: &reader)
        objectClass = try reader.number(bits: TrackRecord.classBits)
        confidence = try Confidence(from: &reader)
        age = try Age(from: &reader)
        error = try ErrorClass(from: &reader)
        place = try GridPlace(from: &reader)
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        writer.write(objectClass, bits: TrackRecord.classBits)
        confidence.write(to: &writer)
        age.write(to: &writer)
        error.write(to: &writer)
        place.write(to: &writer)
    }
}
