// A track, whole.

/// All of a track: new ones, and those known from now and then.
public struct TrackRecord: BitCodable {
    public struct Position: Hashable, Sendable {
        public var place: GridPlace
        public var height: GridHeight
        public var error: ErrorClass

        public init(place: GridPlace, height: GridHeight = .unknown, error: ErrorClass) {
            (self.place, self.height, self.error) = (place, height, error)
        }
    }

    public var track: TrackTag
    /// A number of the sender's table of classes, 0 to 31.
    public let objectClass: Int
    public var confidence: Confidence
    /// When it was seen last.
    public var age: Age
    /// `nil` where nobody knows where it is on the ground.
    public var position: Position?
    public var box: PictureBox

    static let mostBytes = 12
    static let classBits = 5
    /// Later classes have no number: they are told as this.
    public static let otherClass = 1 << classBits - 1

    public init(
        track: TrackTag, objectClass: Int, confidence: Confidence, age: Age, position: Position?, box: PictureBox
    ) {
        self.track = track
        self.objectClass = min(max(objectClass, 0), Self.otherClass)
        (self.confidence, self.age, self.position, self.box) = (confidence, age, position, box)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try TrackTag(from: &reader)
        objectClass = try reader.number(bits: Self.classBits)
        confidence = try Confidence(from: &reader)
        age = try Age(from: &reader)
        if let error = ErrorClass(rawValue: try reader.number(bits: ErrorClass.bits)) {
            position = Position(
                place: try GridPlace(from: &reader), height: try GridHeight(from: &reader), error: error)
        }
        box = try PictureBox(from: &reader)
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        writer.write(objectClass, bits: Self.classBits)
        confidence.write(to: &writer)
        age.write(to: &writer)
        if let position {
            position.error.write(to: &writer)
            position.place.write(to: &writer)
            position.height.write(to: &writer)
        } else {
            writer.write(ErrorClass.noPosition, bits: ErrorClass.bits)
        }
        box.write(to: &writer)
    }
}
