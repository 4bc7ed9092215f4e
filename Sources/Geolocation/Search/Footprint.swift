// The ground that a picture shows.
import Glibc
import Link

/// The outline of what a camera sees of the ground.
public struct Footprint: Hashable, Sendable {
    /// In the order of the picture's edge, from the upper left corner to the right; the first is not repeated.
    public var outline: [EarthPlace]
    /// Parts of the edge see no ground: the outline ends at the farthest distance there.
    public var isOpen: Bool
}

extension Geolocator {
    /// Directions of the picture's edge: ahead, right, down.
    func edge(perSide count: Int) -> [SIMD3<Double>] {
        let (right, bottom) = (Double(camera.width) - 0.5, Double(camera.height) - 0.5)
        let corners = [SIMD2(-0.5, -0.5), SIMD2(right, -0.5), SIMD2(right, bottom), SIMD2(-0.5, bottom)]
        var directions: [SIMD3<Double>] = []
        for side in corners.indices {
            let (from, to) = (corners[side], corners[(side + 1) % corners.count])
            for step in 0..<count {
                let pixel = from + (to - from) * (Double(step) / Double(count))
                if let direction = camera.direction(x: pixel.x, y: pixel.y) { directions.append(direction) }
            }
        }
        return directions
    }

    /// The outline on the ground of what is seen. Complexity: 4 `perSide` lines of sight.
    ///
    /// - Throws: `GroundRefusal` where the ground is not known, or none is seen.
    public func footprint(pose: ExposurePose, perSide: Int = 8) throws(GroundRefusal) -> Footprint {
        guard pose.isUsable else { throw .noPose }
        let rays = GroundRays(ground.withHome(of: pose), from: pose)
        var footprint = Footprint(outline: [], isOpen: false)
        var refusal: GroundRefusal?
        var isSeen = false
        for seen in edge(perSide: min(max(perSide, 1), 256)) {
            let direction = pose.rotation.turned(seen)
            do {
                footprint.outline.append(try rays.hit(from: .zero, towards: direction).place)
                isSeen = true
            } catch {
                switch error {
                case .aboveHorizon, .tooFar, .grazing: refusal = error
                default: throw error
                }
                let level = SIMD3(direction.x, direction.y, 0)
                guard level.length > 1e-6 else { continue }
                footprint.isOpen = true
                footprint.outline.append(rays.frame.earth(level / level.length * rays.ground.farthest).place)
            }
        }
        if !isSeen { throw refusal ?? .noDirection }
        return footprint
    }
}
