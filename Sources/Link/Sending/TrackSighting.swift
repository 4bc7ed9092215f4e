// What a sender tells the link of an object.

/// An object as a camera's tracker sees it now.
public struct TrackSighting: Hashable, Sendable {
    public var camera: Int
    /// The tracker's own number; a camera gives it to one object alone.
    public var id: Int
    public var objectClass: Int
    /// 0 to 1; `nil` where nobody knows.
    public var score: Double?
    public var box: PictureBox
    /// `nil` where nobody knows where it is on the ground.
    public var position: GroundPosition?

    public init(
        camera: Int = 0, id: Int, objectClass: Int, score: Double?, box: PictureBox, position: GroundPosition? = nil
    ) {
        (self.camera, self.id, self.objectClass, self.score) = (camera, id, objectClass, score)
        (self.box, self.position) = (box, position)
    }

    /// The same, of another camera.
    public func of(camera: Int) -> TrackSighting {
        var sighting = self
        sighting.camera = camera
        return sighting
    }
}
