// Pictures of a drone with its own angles, and points that are known on the ground.
import Geolocation
import Glibc
import JSON
import Link
import MAVLink

struct DronePictures {
    private struct Picture {
        let place: EarthPlace
        let altitude: Double
        let gimbalYaw: Double
        let flightYaw: Double
        let pitch: Double
        let roll: Double
        let seconds: Double
    }

    private struct Point {
        let number: Int
        let picture: String
        let pixel: SIMD2<Double>
        let place: EarthPlace
        let height: Double
    }

    private let pictures: [String: Picture]
    private let points: [Point]

    init(_ path: String) throws {
        let document = try document(path)
        var pictures: [String: Picture] = [:]
        for image in try document.list("images") {
            let (gimbal, flight) = (try image.at("gimbal"), try image.at("flight"))
            pictures[try image.string("name")] = Picture(
                place: EarthPlace(latitude: try image.number("lat"), longitude: try image.number("lon")),
                altitude: try image.number("alt_rel"), gimbalYaw: try gimbal.number("yaw"),
                flightYaw: try flight.number("yaw"), pitch: try gimbal.number("pitch"),
                roll: try gimbal.number("roll"), seconds: try Self.seconds(try image.string("time")))
        }
        self.pictures = pictures
        points = try document.list("points").map { point in
            Point(
                number: Int(try point.number("id")), picture: try point.string("image"),
                pixel: SIMD2(try point.number("px"), try point.number("py")),
                place: EarthPlace(latitude: try point.number("lat"), longitude: try point.number("lon")),
                height: try point.number("h"))
        }
    }

    /// Of the day.
    private static func seconds(_ time: String) throws -> Double {
        let parts = time.split(separator: " ").last?.split(separator: ":").compactMap { Double($0) } ?? []
        guard parts.count == 3 else { throw BenchError(text: "\(time) is no time") }
        return parts[0] * 3600 + parts[1] * 60 + parts[2]
    }

    private func sighting(
        _ point: Point, focal: Double, isFlightYaw: Bool, errors: PoseErrors
    ) throws -> (sighting: GroundSighting, seconds: Double) {
        guard let picture = pictures[point.picture],
            let camera = CameraModel(width: 4000, height: 2250, fx: focal, fy: focal)
        else { throw BenchError(text: "there is no picture \(point.picture)") }
        let radian = Double.pi / 180
        let turn = Quaternion(
            roll: picture.roll * radian, pitch: picture.pitch * radian,
            yaw: (isFlightYaw ? picture.flightYaw : picture.gimbalYaw) * radian)
        let pose = ExposurePose(
            place: picture.place, altitude: picture.altitude, rotation: turn ?? .none, errors: errors)
        // The baseline's own ground: level, at the point's height.
        let ground = Ground(model: nil, level: Ground.Level(height: point.height, error: 0.1, slope: 0))
        let locator = Geolocator(camera: camera, mount: CameraMount(carrier: .gimbal), ground: ground)
        return (try locator.sighting(x: point.pixel.x, y: point.pixel.y, pose: pose), picture.seconds)
    }

    /// What satellites shift all pictures by cannot be seen in these data.
    private static let visible: PoseErrors = {
        var errors = PoseErrors.gimbal
        errors.horizontal = ErrorPart(lasting: 0.3, passing: 0.3)
        errors.vertical = ErrorPart(lasting: 0.4, passing: 0.1)
        return errors
    }()

    func print() throws {
        Swift.print("\n## brighton-beach: \(points.count) observations from 40 m, straight down")
        header(["pose", "observations", "median", "90 %", "largest", "in 90 % ellipse", "half axis", "baseline"])
        let cases: [(String, Double, Bool, PoseErrors, String)] = [
            ("gimbal, 2338 px", 2338.44, false, .gimbal, "1.92 / 2.81 / 3.71"),
            ("gimbal, 2338 px, errors without the satellites' common shift", 2338.44, false, Self.visible, ""),
            ("gimbal, 2222 px", 20.0 / 36 * 4000, false, .gimbal, "1.89 / 3.11 / 5.27"),
            ("gimbal, 2121 px", 2121, false, .gimbal, "2.20 / 4.11 / 6.91"),
            ("flight yaw, 2338 px", 2338.44, true, .gimbal, "1.80 / 2.33 / 3.06"),
        ]
        for (name, focal, isFlightYaw, errors, baseline) in cases {
            var score = Score()
            for point in points {
                let seen = try sighting(point, focal: focal, isFlightYaw: isFlightYaw, errors: errors).sighting
                score.add(point.place, seen.place, seen.ellipse())
            }
            row([name] + score.cells + [baseline])
        }
        for (name, errors) in [
            ("all pictures of a point fused", PoseErrors.gimbal), ("the same, without the common shift", Self.visible),
        ] { row([name] + (try fused(errors).cells) + [""]) }
        row(["all pictures of a point, mean of the places"] + (try means()) + [""])
    }

    private var byNumber: [[Point]] {
        Dictionary(grouping: points, by: \.number).sorted { $0.key < $1.key }.map { group in
            group.value.sorted { (pictures[$0.picture]?.seconds ?? 0) < (pictures[$1.picture]?.seconds ?? 0) }
        }
    }

    private func fused(_ errors: PoseErrors) throws -> Score {
        var score = Score()
        for group in byNumber {
            var track: GroundTrack?
            var last = 0.0
            for point in group {
                let seen = try sighting(point, focal: 2338.44, isFlightYaw: false, errors: errors)
                last = seen.seconds
                if track == nil {
                    track = GroundTrack(seen.sighting, at: last)
                } else {
                    track?.add(seen.sighting, at: last)
                }
            }
            guard let position = track?.position(at: last), let truth = group.first?.place else { continue }
            score.add(truth, position.place, position.ellipse())
        }
        return score
    }

    private func means() throws -> [String] {
        let errors = try byNumber.map { group in
            let ways = try group.map { point in
                let seen = try sighting(point, focal: 2338.44, isFlightYaw: false, errors: .gimbal).sighting
                return way(from: point.place, to: seen.place)
            }
            return length(ways.reduce(.zero, +) / Double(ways.count))
        }
        return [
            "\(errors.count)", text(Score.part(errors, 0.5)), text(Score.part(errors, 0.9)),
            text(errors.max() ?? .nan), "-", "-",
        ]
    }
}
