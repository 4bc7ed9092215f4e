// Where a known track is now.

/// The lower bits of a track's place, for those who know roughly where it is.
///
/// A sender writes one only where all places of the track that it sent on the same context in the last `memory` seconds lie within
/// `LowPlace.reach` of this one on each axis; a receiver takes one only with a place that was sent in the last `trust` seconds, by the
/// packets' counters. So whichever packets were lost, the place is right.
public struct UpdateRecord: BitCodable {
    public var track: TrackTag
    public var age: Age
    public var place: LowPlace
    public var confidence: Confidence
    public var error: ErrorClass

    /// Seconds.
    public static let memory = 60.0
    /// Seconds: less, as counters and clocks may differ by one.
    public static let trust = 55.0

    public init(track: TrackTag, age: Age, place: LowPlace, confidence: Confidence, error: ErrorClass) {
        (self.track, self.age, self.place) = (track, age, place)
        (self.confidence, self.error) = (confidence, error)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try TrackTag(from: &reader)
        age = try Age(from: &reader)
        place = try LowPlace(from: &reader)
        confidence = try Confidence(from: &reader)
        error = try ErrorClass(from: &reader)
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        age.write(to: &writer)
        place.write(to: &writer)
        confidence.write(to: &writer)
        error.write(to: &writer)
    }
}
