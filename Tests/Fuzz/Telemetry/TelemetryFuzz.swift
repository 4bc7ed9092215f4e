// Feeds telemetry logs and what is made of them: any bytes end in frames, in poses and in places on the ground that are some, or in words.

import FuzzDriver
import Geolocation
import Glibc
import Publishing

@testable import MAVLink

@main enum TelemetryFuzz {
    private static let path = String(cString: fuzz_folder()) + "/log"
    private static let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    private static let began = 1_777_629_600_000_000

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
            guard let first = bytes.first else { return 0 }
            // Nobody guesses sums: of every second input, records are made that have right ones.
            let log = first & 1 == 0 ? Array(bytes.dropFirst()) : TelemetryFuzz.log(bytes.dropFirst())
            TelemetryFuzz.read(log, pieces: Int(first >> 1) + 1)
            TelemetryFuzz.play(log)
            return 0
        }
    }

    /// Of each record: what it is and of whom, how much later it came, and its payload with its length.
    private static func log(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var (rest, log, time) = (bytes, [UInt8](), began)
        while rest.count > 3 {
            let (what, later, length) = (Int(rest.removeFirst()), Int(rest.removeFirst()), Int(rest.removeFirst()))
            let kind = MessageTable.all[what % MessageTable.all.count]
            let component: UInt8 = what / MessageTable.all.count % 3 == 0 ? 154 : 1
            time += later < 0xf0 ? later * 5000 : (later - 0xef) * 10_000_000
            let frame = MAVLinkFrame(
                version: .two, sender: MAVLinkFrame.Sender(system: 1, component: component), sequence: 0, id: kind.id,
                payload: Array(rest.prefix(length)), signature: nil, compatibleFlags: 0)
            rest = rest.dropFirst(length)
            log += (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) } + frame.bytes
        }
        return log
    }

    /// However a log is cut into pieces, it says the same.
    private static func read(_ log: [UInt8], pieces: Int) {
        var (whole, parts) = (TelemetryLogReader(), TelemetryLogReader())
        let frames = whole.read(log)
        let piecewise = stride(from: 0, to: log.count, by: pieces).flatMap { parts.read(log[$0...].prefix(pieces)) }
        precondition(piecewise == frames && parts.noise == whole.noise && parts.records == whole.records)
        precondition(whole.unfinishedBytes < 300 && parts.unfinishedBytes == whole.unfinishedBytes)
    }

    private static func play(_ log: [UInt8]) {
        guard file >= 0, ftruncate(file, 0) == 0, pwrite(file, log, log.count, 0) == log.count else { return }
        let flight: RecordedFlight
        do throws(FlightError) { flight = try RecordedFlight(path: path) } catch {
            precondition(error.description.hasPrefix(path))
            return
        }
        var tracks = [GroundTrack?](repeating: nil, count: geolocators.count)
        for time in [0, 40, 200, 500, 1000, 2500, 20_000, 2_000_000] {
            let state = flight.vehicle(at: time)
            if let pose = state.pose(at: time) { check(pose) }
            if let stored = StoredVehicle(state, at: time) { precondition(stored.view.map { $0 > 0 } ?? true) }
            for (number, geolocator) in geolocators.enumerated() {
                guard let pose = try? geolocator.pose(of: state, at: time) else { continue }
                _ = try? geolocator.footprint(pose: pose, perSide: 2)
                let foot = geolocator.foot(left: 100, top: 100, width: 40, height: 80, pose: pose)
                guard let sighting = try? geolocator.sighting(x: foot.x, y: foot.y, pose: pose) else { continue }
                check(sighting.position(datum: .ellipsoid).error)
                let seconds = Double(time) / 1000
                var track = tracks[number] ?? GroundTrack(sighting, at: seconds, motion: .moving(speed: 1.4))
                track.add(sighting, at: seconds)
                let fused = track.position(at: seconds + 1)
                precondition(abs(fused.place.latitude) <= 90 && abs(fused.place.longitude) <= 180)
                check(fused.position().error)
                tracks[number] = track
            }
        }
        _ = flight.takeTrouble()
    }

    private static func check(_ error: Double) { precondition(error.isFinite && error >= 0) }

    private static func check(_ pose: VehiclePose) {
        precondition(abs(pose.place.latitude) <= 90 && abs(pose.place.longitude) <= 180 && pose.age >= 0)
        let turns = [pose.attitude, pose.gimbal ?? .none].flatMap { [$0.roll, $0.pitch, $0.yaw] }
        precondition(turns.allSatisfy(\.isFinite) && pose.place.altitude.isFinite)
    }

    /// Over level ground: a camera on a gimbal, and one that is fixed.
    private static let geolocators: [Geolocator] = {
        guard let camera = CameraModel(width: 640, height: 480, horizontalView: 60) else { return [] }
        return [CameraMount(carrier: .gimbal), .downward].map { mount in
            Geolocator(camera: camera, mount: mount, ground: Ground(model: nil, level: Ground.Level(height: 100)))
        }
    }()
}
