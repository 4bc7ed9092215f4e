// Recorded telemetry: which poses are believed, and what is said of the others.
import Geolocation
import Glibc
import Link
import MAVLink

struct FlightLogs {
    private let records: [(milliseconds: Int, frame: MAVLinkFrame)]
    private let name: String

    /// Microseconds of the ground station in eight bytes, high one first, then a frame.
    init(_ path: String) throws {
        name = path.split(separator: "/").last.map { String($0) } ?? path
        let bytes = try bytes(of: path)
        var records: [(Int, MAVLinkFrame)] = []
        var place = 0
        var reader = MAVLinkReader()
        while place + 16 <= bytes.count {
            let time = bytes[place..<place + 8].reduce(0) { $0 &<< 8 | Int($1) }
            let magic = bytes[place + 8], payload = Int(bytes[place + 9])
            let isSigned = magic == 0xFD && bytes[place + 10] & 1 == 1
            let length = magic == 0xFE ? payload + 8 : payload + 12 + (isSigned ? 13 : 0)
            guard magic == 0xFE || magic == 0xFD, place + 8 + length <= bytes.count else { break }
            for frame in reader.read(bytes[place + 8..<place + 8 + length]) { records.append((time / 1000, frame)) }
            reader.forgetRest()
            place += 8 + length
        }
        self.records = records
    }

    func print() throws {
        Swift.print("\n## \(name)\n")
        guard let camera = CameraModel(width: 1920, height: 1080, horizontalView: 70) else { return }
        for (carrier, mount) in [
            ("fixed to the vehicle, looking down", CameraMount.downward),
            ("on a gimbal", CameraMount(carrier: .gimbal)),
        ] {
            let locator = Geolocator(camera: camera, mount: mount, ground: Ground(model: nil))
            Swift.print("Camera \(carrier), asked twice a second for the time half a second before:\n")
            for (words, count) in answers(locator) { Swift.print("- \(count) x \(words)") }
            Swift.print("")
        }
        interpolation()
    }

    private func answers(_ locator: Geolocator) -> [(String, Int)] {
        var state = VehicleState(system: 1)
        var counts: [String: Int] = [:]
        var order: [String] = []
        var next = records.first?.milliseconds ?? 0
        for (milliseconds, frame) in records {
            state.take(frame, at: milliseconds)
            guard milliseconds >= next else { continue }
            next = milliseconds + 500
            let words: String
            do {
                let pose = try locator.pose(of: state, at: milliseconds - 500)
                let seen = try locator.sighting(x: 959.5, y: 539.5, pose: pose)
                let warnings = seen.warnings.map(\.description)
                words = (["a place"] + warnings).joined(separator: "; ")
            } catch { words = Self.general("\(error)") }
            if counts[words] == nil { order.append(words) }
            counts[words, default: 0] += 1
        }
        return order.map { ($0, counts[$0] ?? 0) }
    }

    /// The same words for other numbers.
    private static func general(_ words: String) -> String {
        words.split(separator: " ").map { $0.contains { $0.isNumber } && Double($0) != nil ? "N" : String($0) }
            .joined(separator: " ")
    }

    /// Each fifth attitude and place is left out, and asked for.
    private func interpolation() {
        // Where every fifth is missing, gaps are twice as long.
        var state = VehicleState(system: 1, bounds: VehicleBounds(attitude: 1000, place: 1000))
        var (turns, ways, ages) = ([Double](), [Double](), [Double]())
        var (attitudes, places, late) = (0, 0, 0)
        var wanted: [(boot: Int, message: any MAVLinkMessage)] = []
        var offset: Int?
        var newest = 0
        for (milliseconds, frame) in records where frame.sender == MAVLinkFrame.Sender(system: 1, component: 1) {
            var isLeftOut = false
            var boot: Int?
            if let attitude = frame.message as? Attitude {
                attitudes += 1
                boot = Int(attitude.bootMilliseconds)
                isLeftOut = attitudes.isMultiple(of: 5)
            } else if let place = frame.message as? GlobalPositionInt, place.latitude != 0 {
                places += 1
                boot = Int(place.bootMilliseconds)
                isLeftOut = places.isMultiple(of: 5)
            }
            if let boot {
                if boot < newest { late += 1 }
                newest = max(newest, boot)
                offset = min(offset ?? .max, milliseconds - boot)
            }
            if isLeftOut, let boot, let message = frame.message { wanted.append((boot, message)) }
            if !isLeftOut { state.take(frame, at: milliseconds) }
            // Two seconds later all that is around it has come.
            while let first = wanted.first, let offset, milliseconds - offset > first.boot + 2000 {
                wanted.removeFirst()
                guard let pose = state.pose(at: first.boot + offset) else { continue }
                ages.append(Double(pose.age))
                if let attitude = first.message as? Attitude {
                    turns.append(Self.degrees(attitude, pose.attitude))
                } else if let place = first.message as? GlobalPositionInt {
                    let truth = EarthPlace(
                        latitude: Double(place.latitude) / 1e7, longitude: Double(place.longitude) / 1e7)
                    let found = EarthPlace(latitude: pose.place.latitude, longitude: pose.place.longitude)
                    ways.append(length(way(from: truth, to: found)))
                }
            }
        }
        func three(_ numbers: [Double]) -> String {
            "\(text(Score.part(numbers, 0.5))) / \(text(Score.part(numbers, 0.9))) / \(text(numbers.max() ?? .nan))"
        }
        Swift.print(
            "Each fifth message left out and interpolated (\(late) messages came after newer ones): attitude "
                + "\(three(turns)) degrees in \(turns.count), place \(three(ways)) m in \(ways.count) "
                + "(median / 90 % / largest; poses stand on messages \(text(Score.part(ages, 0.5), 0)) ms away).")
    }

    private static func degrees(_ told: Attitude, _ found: Quaternion) -> Double {
        guard let told = Quaternion(roll: Double(told.roll), pitch: Double(told.pitch), yaw: Double(told.yaw)) else {
            return .nan
        }
        let product = told.w * found.w + told.x * found.x + told.y * found.y + told.z * found.z
        return 2 * acos(min(abs(product), 1)) * 180 / .pi
    }
}
