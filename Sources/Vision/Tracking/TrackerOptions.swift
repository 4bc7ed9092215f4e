// How a tracker decides.

/// Times in seconds, overlaps as shared over joint area (0...1).
public struct TrackerOptions: Sendable, Equatable {
    /// Detections with at least this score begin tracks and are matched first.
    public var sure: Float = 0.6
    /// Detections down to this score carry on tracks that nothing sure was found for.
    public var doubtful: Float = 0.1
    /// How long after an object was seen last a doubtful detection may carry it on.
    public var doubtfulMemory = 0.3
    /// Detections of a new object, frame after frame, until it counts.
    public var confirmations = 3
    /// How long an object that is not seen keeps its id.
    public var memory = 1.0
    /// How long its predicted place is reported, but at most `predictedShare` of the time it has been known.
    public var predicted = 0.8
    public var predictedShare = 0.3
    /// Least overlap of a track with the detection that carries it on, both grown by `margin` of their size on each side: small
    /// objects move by more than their size between two frames.
    public var overlap: Float = 0.3
    public var margin: Float = 0.3
    /// What the camera shows, where that is known: boxes are reported clipped to it, predicted ones only while half of them is inside.
    public var picture: Picture?
    /// Accelerations in sizes of the object (the root of its area) a second squared.
    public var acceleration = 1.0
    /// Deviation of the sides of detections in sizes of the object.
    public var deviation = 0.08

    public init() {}

    /// In pixels.
    public struct Picture: Sendable, Equatable {
        public var width: Int
        public var height: Int

        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }
}
