// What lines of sight end on.
import Link
import Terrain

/// Ground by a terrain model, level ground, or level ground where the model knows nothing.
public struct Ground: Sendable {
    /// Level ground.
    public struct Level: Hashable, Sendable {
        /// Metres above mean sea level.
        public var height: Double
        /// Metres, one standard deviation, below the camera.
        public var error: Double
        /// What is added for each metre away from there.
        public var slope: Double

        public init(height: Double, error: Double = 5, slope: Double = 0.1) {
            (self.height, self.error, self.slope) = (height, error, slope)
        }
    }

    /// How well a model's heights are known. docs/geolocation.md says where the defaults come from.
    public struct ModelError: Hashable, Sendable {
        /// Metres, one standard deviation, on level ground.
        public var level: Double
        /// What posts that are so far apart miss, as a part of their distance times the ground's slope.
        public var slopePart: Double

        public init(level: Double = 7.5, slopePart: Double = 0.15) {
            (self.level, self.slopePart) = (level, slopePart)
        }

        /// - Parameters:
        ///   - slope: rise by way.
        ///   - spacing: metres from post to post.
        func deviation(slope: Double, spacing: Double) -> Double {
            let missed = slopePart * spacing * slope
            return (level * level + missed * missed).squareRoot()
        }
    }

    public var model: (any HeightModel)?
    public var modelError: ModelError
    /// What is taken where there is no model, or it has no height; `nil`: nothing, and there is no position.
    public var level: Level?
    /// Metres: nothing farther is placed.
    public var farthest: Double

    public init(
        model: (any HeightModel)?, modelError: ModelError = ModelError(), level: Level? = nil,
        farthest: Double = 10_000
    ) {
        (self.model, self.modelError, self.level) = (model, modelError, level)
        self.farthest = min(max(farthest, 1), Self.mostMetres)
    }

    private static let mostMetres = 50_000.0

    /// With level ground at the height of home where none is set, as a vehicle's barometer tells it.
    func withHome(of pose: ExposurePose) -> Ground {
        var ground = self
        if level == nil, let height = pose.heightAboveHome {
            ground.level = Level(height: pose.altitude - height)
        }
        return ground
    }
}
