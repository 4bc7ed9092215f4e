// Where something is on the ground.

/// A place with its height and how well it is known.
public struct GroundPosition: Hashable, Sendable {
    public var place: EarthPlace
    /// Metres above `datum`; `nil` where it is not known.
    public var height: Double?
    /// Metres: 95 of 100 true places are nearer.
    public var error: Double
    /// What holds 95 of 100 true places; `nil` where only `error` is known.
    public var ellipse: ErrorEllipse?
    /// What makes it doubtful beyond that.
    public var doubts: PlaceDoubts
    /// What `height` counts from; `nil`: from what the area counts in which it is told.
    public var datum: Area.Datum?
    /// Metres of mean sea level above the ellipsoid (WGS 84); `nil` where it is not known.
    public var geoidHeight: Double?

    public init(
        place: EarthPlace, height: Double? = nil, error: Double, ellipse: ErrorEllipse? = nil,
        doubts: PlaceDoubts = [], datum: Area.Datum? = nil, geoidHeight: Double? = nil
    ) {
        (self.place, self.height, self.error, self.ellipse) = (place, height, error, ellipse)
        (self.doubts, self.datum, self.geoidHeight) = (doubts, datum, geoidHeight)
    }

    /// Metres above a datum; `nil` where that is not known.
    public func height(above wanted: Area.Datum) -> Double? {
        guard let height, let datum, datum != wanted else { return height }
        return geoidHeight.map { wanted == .ellipsoid ? height + $0 : height - $0 }
    }

    /// The same with its height above a datum.
    public func counted(from wanted: Area.Datum) -> GroundPosition {
        guard datum != nil else { return self }
        var position = self
        (position.height, position.datum) = (height(above: wanted), wanted)
        return position
    }
}

extension Area {
    /// As it is told in a record; `nil` outside the area.
    func told(_ position: GroundPosition) -> TrackRecord.Position? {
        grid(position.place).map { place in
            TrackRecord.Position(
                place: place, height: position.height(above: datum).map { GridHeight($0 - Double(base)) } ?? .unknown,
                error: ErrorClass(metres: position.error))
        }
    }

    /// What a record told. Without an end to its error, it may be anywhere near.
    func position(_ told: TrackRecord.Position) -> GroundPosition {
        GroundPosition(
            place: earth(told.place), height: told.height.metres.map { Double($0 + base) },
            error: told.error.metres ?? .infinity, datum: datum)
    }

    func pose(_ told: PoseRecord, camera: Int, seen: LinkTime) -> ReceivedPose {
        ReceivedPose(
            camera: camera, place: earth(told.place), height: told.height.metres.map { Double($0 + base) },
            datum: datum, yaw: told.yaw, pitch: told.pitch, view: told.view, seen: seen)
    }
}
