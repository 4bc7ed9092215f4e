import Imaging

/// An object followed from frame to frame.
public struct Track: Sendable, Equatable {
    /// In pixels a second.
    public struct Velocity: Sendable, Equatable {
        public var x: Float
        public var y: Float
    }

    /// Unique within a tracker, from 1, never used again.
    public var id: Int
    /// Label, class and score of the detection that was matched last.
    public var label: String
    public var classIndex: Int
    public var score: Float
    /// Smoothed, or predicted where `lastSeen` is not now. It may reach out of the picture.
    public var box: Box
    /// Of the box's centre.
    public var velocity: Velocity
    /// In seconds, by the frames' clock.
    public var firstSeen: Double
    public var lastSeen: Double
}
