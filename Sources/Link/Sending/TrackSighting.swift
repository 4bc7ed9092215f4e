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
    /// In words: what makes the position doubtful, or why there is none; `nil` where there is nothing to say.
    public var positionRemark: String?

    public init(
        camera: Int = 0, id: Int, objectClass: Int, score: Double?, box: PictureBox, position: GroundPosition? = nil,
        positionRemark: String? = nil
    ) {
        (self.camera, self.id, self.objectClass, self.score) = (camera, id, objectClass, score)
        self.positionRemark = positionRemark
        (self.box, self.position) = (box, position)
    }

    /// The same with its height above a datum.
    public func counted(from datum: Area.Datum) -> TrackSighting {
        var sighting = self
        sighting.position = position?.counted(from: datum)
        return sighting
    }

    /// The same, of another camera.
    public func of(camera: Int) -> TrackSighting {
        var sighting = self
        sighting.camera = camera
        return sighting
    }
}
