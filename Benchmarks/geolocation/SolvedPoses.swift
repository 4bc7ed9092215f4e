// Oblique pictures with solved poses: the projection itself against another program's.
import Geolocation
import Glibc
import JSON
import Link
import MAVLink

enum SolvedPoses {
    static func print(_ path: String) throws {
        let document = try document(path)
        let middle = try document.list("principal_point").map { try $0.double() }
        guard middle.count == 2 else { throw BenchError(text: "principal_point has no two numbers") }
        var score = Score()
        var farthest = 0.0
        for fold in try document.list("folds") {
            let focal = try fold.number("focal_px")
            var poses: [String: ExposurePose] = [:]
            for solved in try fold.list("solved_pose") { poses[try solved.string("image")] = try pose(solved) }
            for test in try fold.list("test") {
                let camera = CameraModel(
                    width: 4000, height: 3000, fx: focal, fy: focal, cx: middle[0], cy: middle[1])
                guard let camera, let pose = poses[try test.string("image")] else {
                    throw BenchError(text: "a test has no pose")
                }
                let level = Ground.Level(height: try test.number("h"), error: 0.5, slope: 0)
                let locator = Geolocator(
                    camera: camera, mount: CameraMount(carrier: .gimbal), ground: Ground(model: nil, level: level))
                let seen = try locator.sighting(x: try test.number("px"), y: try test.number("py"), pose: pose)
                let truth = EarthPlace(latitude: try test.number("lat"), longitude: try test.number("lon"))
                score.add(truth, seen.place, seen.ellipse())
                let error = length(way(from: truth, to: seen.place))
                farthest = max(farthest, abs(error - (try test.number("error_of_our_projection_m"))))
            }
        }
        Swift.print("\n## sheffield-cross: control points from 49 to 65 m, 11 to 23 degrees off straight down")
        header(["pose", "observations", "median", "90 %", "largest", "in 90 % ellipse", "half axis", "baseline"])
        row(["solved without the point"] + score.cells + ["1.62 / 2.64 / 4.52"])
        Swift.print(
            "\nLargest difference from the reference projection's error: \(text(farthest, 4)) m (0.02 m are allowed).")
    }

    private static func pose(_ solved: JSONValue) throws -> ExposurePose {
        let rows = try solved.list("grid_from_camera").map { try $0.list().map { try $0.double() } }
        let place = EarthPlace(latitude: try solved.number("lat"), longitude: try solved.number("lon"))
        // The grid's north lies this much from true north in UTM's zone 17.
        let radian = Double.pi / 180
        let convergence = atan(tan((place.longitude + 81) * radian) * sin(place.latitude * radian))
        // Columns of the grid's axes: picture's right, down and ahead; ours: ahead, right, down.
        func axis(_ column: Int) -> SIMD3<Double> { SIMD3(rows[1][column], rows[0][column], -rows[2][column]) }
        let turn = rotation(ahead: axis(2), right: axis(0), down: axis(1))
        let north = Quaternion(roll: 0, pitch: 0, yaw: convergence) ?? .none
        return ExposurePose(
            place: place, altitude: try solved.number("h"), rotation: north.after(turn), errors: .gimbal)
    }

    /// From three axes in north, east, down.
    private static func rotation(ahead: SIMD3<Double>, right: SIMD3<Double>, down: SIMD3<Double>) -> Quaternion {
        let yaw = atan2(ahead.y, ahead.x)
        let pitch = asin(min(max(-ahead.z, -1), 1))
        let roll = atan2(right.z, down.z)
        return Quaternion(roll: roll, pitch: pitch, yaw: yaw) ?? .none
    }
}
