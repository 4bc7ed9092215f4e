// Where something is on the ground.

/// A place with its height and how well it is known.
public struct GroundPosition: Hashable, Sendable {
    public var place: EarthPlace
    /// Metres above the datum of the area; `nil` where it is not known.
    public var height: Double?
    /// Metres: 95 of 100 true places are nearer.
    public var error: Double

    public init(place: EarthPlace, height: Double? = nil, error: Double) {
        (self.place, self.height, self.error) = (place, height, error)
    }
}

extension Area {
    /// As it is told in a record; `nil` outside the area.
    func told(_ position: GroundPosition) -> TrackRecord.Position? {
        grid(position.place).map { place in
            TrackRecord.Position(
                place: place, height: position.height.map { GridHeight($0 - Double(base)) } ?? .unknown,
                error: ErrorClass(metres: position.error))
        }
    }

    /// What a record told. Without an end to its error, it may be anywhere near.
    func position(_ told: TrackRecord.Position) -> GroundPosition {
        GroundPosition(
            place: earth(told.place), height: told.height.metres.map { Double($0 + base) },
            error: told.error.metres ?? .infinity)
    }

    func pose(_ told: PoseRecord, camera: Int, seen: LinkTime) -> ReceivedPose {
        ReceivedPose(
            camera: camera, place: earth(told.place), height: told.height.metres.map { Double($0 + base) },
            datum: datum, yaw: told.yaw, pitch: told.pitch, view: told.view, seen: seen)
    }
}
