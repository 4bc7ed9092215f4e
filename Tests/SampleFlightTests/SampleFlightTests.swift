// The drawn flight: its files agree with each other and with the truth.
import Foundation
import Geolocation
import Link
import MAVLink
import Terrain
import Testing

@testable import SampleFlight

/// The flight in small pictures, few of them.
private enum Small {
    static let options = FilmOptions(width: 240, height: 180, rate: 1, groundPerMetre: 1)
    static let film = Result { try Film(options) }
    /// Drawn once: it takes seconds without optimization.
    static let tile = Result { try Relief().tile() }
    static let degree = 180 / Double.pi

    /// Frames that show somebody whole.
    static func frames() throws -> [FilmFrame] {
        let film = try film.get()
        return stride(from: 0, to: film.count, by: 3).map { film.picture($0).frame }
    }

    /// A folder with the terrain's tile.
    static func terrain() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("flight-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(try tile.get()).write(to: folder.appendingPathComponent(Relief.tileName))
        return folder
    }
}

@Suite struct SampleFlightTests {
    @Test("the same film and the same log are drawn each time")
    func deterministic() throws {
        let film = try Small.film.get(), again = try Film(Small.options)
        for number in [0, 24] {
            #expect(film.picture(number).bytes == again.picture(number).bytes)
        }
        #expect(film.picture(0).bytes != film.picture(24).bytes)
        #expect(Telemetry.log(of: film.search, seed: 1) == Telemetry.log(of: again.search, seed: 1))
        #expect(Telemetry.log(of: film.search, seed: 1) != Telemetry.log(of: film.search, seed: 2))
    }

    @Test("the flight is drawn into a folder in folders that are not there yet")
    func folders() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("flight-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        let folder = root.appendingPathComponent("out/flight").path
        for _ in 0..<2 { try SampleFlight.make(folder) }
        var isFolder: ObjCBool = false
        #expect(FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) && isFolder.boolValue)
    }

    @Test("everybody is seen, whole, at some time")
    func everybody() throws {
        let seen = try Small.frames().flatMap { $0.shown }.filter { $0.part == 1 }.map(\.number)
        let people = try Small.film.get().people
        #expect(Set(seen) == Set(0..<people.count))
    }

    @Test("poses out of the log are those of the flight but for what its sensors are off by")
    func telemetry() throws {
        let film = try Small.film.get()
        var records = Records(Telemetry.log(of: film.search, seed: 1))
        var state = VehicleState(system: 1)
        var (farthest, widest, northmost, count) = (0.0, 0.0, 0.0, 0)
        var next = Telemetry.began
        while let (milliseconds, frame) = records.next() {
            state.take(frame, at: milliseconds)
            // A second later all that is around a time has come.
            guard milliseconds >= next + 1000 else { continue }
            let pose = try #require(state.pose(at: next))
            let stand = film.search.stand(at: Double(next - Telemetry.began) / 1000)
            let truth = film.relief.place(stand.place)
            let north = (pose.place.latitude - truth.latitude) * 111_000
            let east = (pose.place.longitude - truth.longitude) * 90_600
            farthest = max(farthest, (north * north + east * east).squareRoot())
            let gimbal = try #require(pose.gimbal)
            widest = max(widest, abs(gimbal.pitch - stand.camera.pitch) * Small.degree)
            let yaw = (gimbal.yaw - stand.camera.yaw).remainder(dividingBy: 2 * .pi)
            northmost = max(northmost, abs(yaw) * Small.degree)
            #expect(abs(pose.place.altitude - stand.place.z) < 8)
            #expect(pose.horizontalError == 1.2 && pose.verticalError == 2 && pose.fix == 3)
            #expect(abs((pose.geoidHeight ?? 0) - Telemetry.geoid) < 0.01)
            #expect(abs((pose.unixMilliseconds ?? 0) - next) < 20)
            next += 1000
            count += 1
        }
        #expect(count >= Int(Search.duration))
        #expect(state.view?.horizontalView == 32)
        // Four standard deviations, and what lies between two messages.
        #expect(farthest > 0.1 && farthest < 5.5)
        #expect(widest > 0.05 && widest < 3.5)
        #expect(northmost > 0.1 && northmost < 12)
    }

    @Test("boxes are where a camera of that view sees the people")
    func projection() throws {
        let model = CameraModel(width: 240, height: 180, horizontalView: 32)
        let camera = try #require(model)
        var count = 0
        for frame in try Small.frames() {
            let turn = frame.stand.camera
            let back = try #require(Quaternion(w: turn.w, x: -turn.x, y: -turn.y, z: -turn.z))
            for shown in frame.shown where shown.part == 1 {
                let person = try #require(frame.people.first { $0.number == shown.number })
                for limb in person.limbs {
                    let way = person.foot + limb.start - frame.stand.place
                    let seen = back.turned((x: way.x, y: way.y, z: -way.z))
                    let pixel = try #require(camera.pixel(of: SIMD3(seen.x, seen.y, seen.z)))
                    // The picture's first pixel lies from -0.5 to 0.5, and boxes are made of whole pixels.
                    let (x, y) = (Float(pixel.x) + 0.5, Float(pixel.y) + 0.5)
                    #expect(x > shown.box.x - 1 && x < shown.box.right + 1)
                    #expect(y > shown.box.y - 1 && y < shown.box.bottom + 1)
                    count += 1
                }
            }
        }
        #expect(count > 100)
    }

    @Test("with the true pose and the terrain's posts, boxes lead to where people are")
    func places() throws {
        let folder = try Small.terrain()
        defer { try? FileManager.default.removeItem(at: folder) }
        let film = try Small.film.get()
        let model = CameraModel(width: 240, height: 180, horizontalView: 32)
        let locator = Geolocator(
            camera: try #require(model), mount: CameraMount(carrier: .gimbal),
            ground: Ground(model: try TerrainFolder(path: folder.path)))
        var errors: [Double] = []
        for frame in try Small.frames() {
            let place = film.relief.place(frame.stand.place)
            let pose = ExposurePose(
                place: EarthPlace(latitude: place.latitude, longitude: place.longitude),
                altitude: frame.stand.place.z, rotation: frame.stand.camera, errors: .gimbal)
            for shown in frame.shown where shown.part == 1 {
                let foot = locator.foot(
                    left: Double(shown.box.x) - 0.5, top: Double(shown.box.y) - 0.5, width: Double(shown.box.width),
                    height: Double(shown.box.height), pose: pose)
                let found = try locator.sighting(x: foot.x, y: foot.y, pose: pose)
                let person = try #require(frame.people.first { $0.number == shown.number })
                let truth = film.relief.place(person.foot)
                let north = (found.place.latitude - truth.latitude) * 111_000
                let east = (found.place.longitude - truth.longitude) * 90_600
                errors.append((north * north + east * east).squareRoot())
            }
        }
        #expect(errors.count > 5)
        // Posts 90 m apart leave out what the ground does between them: metres of height.
        #expect((errors.max() ?? .infinity) < 5, "\(errors)")
    }

    @Test("the terrain is a tile of mountains above the sea")
    func tile() throws {
        let bytes = try Small.tile.get()
        #expect(bytes.count == 1201 * 1201 * 2)
        let heights = stride(from: 0, to: bytes.count, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        #expect((1000...1700).contains(heights.max() ?? 0))
        #expect((1...400).contains(heights.min() ?? 0))
    }
}

/// The records of a log.
private struct Records {
    private let bytes: [UInt8]
    private var place = 0
    private var reader = MAVLinkReader()

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Milliseconds since 1970 and a frame; `nil` at the end.
    mutating func next() -> (Int, MAVLinkFrame)? {
        guard place + 20 <= bytes.count else { return nil }
        let time = bytes[place..<place + 8].reduce(0) { $0 << 8 | Int($1) }
        let length = Int(bytes[place + 9]) + 12
        let frames = reader.read(bytes[place + 8..<place + 8 + length])
        place += 8 + length
        return frames.first.map { (time / 1000, $0) }
    }
}
