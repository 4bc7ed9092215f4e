// A lens found from sightings of a board, and what to think of it.
import Glibc

/// The calibration with the figures that tell how far it can be trusted.
public struct CalibrationResult: Sendable {
    public let calibration: CameraCalibration
    /// The root of the mean squared error of each sighting, in pixels.
    public let viewErrors: [Double]
    /// What makes the result doubtful, worded for who holds the board; empty where nothing does.
    public let warnings: [String]

    /// Fewer determine no lens.
    public static let leastViews = 3
    static let fewViews = 10
    private static let leastCoverage = 0.6
    private static let leastTilt = 15.0

    /// Complexity: O(corners), some 20 times over.
    ///
    /// - Throws: `CalibrationError` where the sightings do not determine a lens.
    public init(_ sightings: [BoardSighting], width: Int, height: Int) throws(CalibrationError) {
        let fit = try LensFit(sightings, width: width, height: height)
        let corners = sightings.reduce(0) { $0 + $1.corners.count }
        let coverage = Self.coverage(sightings, width: width, height: height)
        calibration = CameraCalibration(
            width: width, height: height, lens: fit.lens, deviations: fit.deviations,
            rms: (fit.errors.reduce(0, +) / Double(corners)).squareRoot(), views: sightings.count,
            board: sightings[0].board, coverage: coverage)
        viewErrors = zip(fit.errors, sightings).map { ($0 / Double($1.corners.count)).squareRoot() }
        warnings =
            Self.warnings(views: sightings, coverage: coverage)
            + Self.warnings(tilts: fit.poses) + Self.warnings(errors: viewErrors)
    }

    static func coverage(_ sightings: [BoardSighting], width: Int, height: Int) -> Double {
        let (across, down) = (8, 6)
        var seen: Set<Int> = []
        for corner in sightings.lazy.flatMap(\.corners) {
            let column = min(max(Int(corner.x * Double(across) / Double(width)), 0), across - 1)
            let row = min(max(Int(corner.y * Double(down) / Double(height)), 0), down - 1)
            seen.insert(row * across + column)
        }
        return Double(seen.count) / Double(across * down)
    }

    private static func warnings(views: [BoardSighting], coverage: Double) -> [String] {
        var warnings: [String] = []
        if views.count < fewViews { warnings.append("\(views.count) views are few: take \(fewViews) or more") }
        if coverage < leastCoverage {
            let share = Int((coverage * 100).rounded())
            warnings.append(
                "corners were seen in \(share) % of the picture: show the board at its edges and corners too")
        }
        let layouts = views.map(BoardLayout.init)
        let alike = layouts.indices.filter { index in
            layouts[..<index].contains { $0.isLike(layouts[index]) }
        }
        if alike.count * 3 > views.count {
            warnings.append("\(alike.count) of \(views.count) views are much like another: move the board between them")
        }
        return warnings
    }

    private static func warnings(tilts poses: [BoardPose]) -> [String] {
        let normals = poses.map { pose in
            let normal = SIMD3(pose.rotation.rows[0].z, pose.rotation.rows[1].z, pose.rotation.rows[2].z)
            return normal.z < 0 ? -normal : normal
        }
        let tilted = normals.filter { acos(min($0.z, 1)) >= leastTilt * .pi / 180 }
        guard tilted.count >= 3 else {
            return ["\(tilted.count) views are tilted by \(Int(leastTilt)) degrees or more: tilt the board further"]
        }
        // Tilts about one axis alone lie on a line.
        let (xx, yy) = (tilted.reduce(0) { $0 + $1.x * $1.x }, tilted.reduce(0) { $0 + $1.y * $1.y })
        let xy = tilted.reduce(0) { $0 + $1.x * $1.y }
        let spread = (xx + yy) / 2 - ((xx - yy) * (xx - yy) / 4 + xy * xy).squareRoot()
        guard spread < 0.05 * (xx + yy) else { return [] }
        return ["the board was tilted about one axis alone: tilt it to the other sides too"]
    }

    private static func warnings(errors: [Double]) -> [String] {
        let usual = errors.sorted()[errors.count / 2]
        return errors.indices.filter { errors[$0] > 3 * usual && errors[$0] > 0.3 }.map { index in
            let error = (errors[index] * 100).rounded() / 100
            return "view \(index + 1) fits badly (\(error) pixels): was the board bent or moving?"
        }
    }
}
