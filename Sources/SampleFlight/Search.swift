// The way of a drone that searches a slope.
import Glibc
import MAVLink

/// Where the drone and its camera are at one time.
struct Stand: Sendable {
    /// Seconds since the film began.
    let time: Double
    let place: Point
    /// m/s to the north, east and up.
    let speed: Point
    /// From the vehicle (forward, right, down) to north, east, down.
    let attitude: Quaternion
    /// From the camera (ahead, right, down in its picture) to north, east, down.
    let camera: Quaternion
}

/// Lanes to and fro along the slope, joined by half circles, as high above the ground everywhere.
struct Search: Sendable {
    /// Metres.
    private static let lane = 84.0
    private static let apart = 26.0
    private static let lanes = 4
    private static let above = 62.0
    /// m/s
    private static let pace = 6.0
    /// Radians.
    private static let pitch = -70 * Double.pi / 180
    private static let turn = Double.pi * apart / 2
    private static let gravity = 9.81

    /// Seconds.
    static let duration = (Double(lanes) * lane + Double(lanes - 1) * turn) / pace

    let site: Site
    let relief: Relief

    func stand(at time: Double) -> Stand {
        let step = 0.05
        let (before, after) = (place(time - step), place(time + step))
        let speed = (after - before) / (2 * step)
        // A drone leans into its turns, and forwards against the wind.
        let turning = way(time + step).heading - way(time - step).heading
        let bank = atan(turning / (2 * step) * Self.pace / Self.gravity)
        let yaw = site.bearing + way(time).heading
        let attitude = Quaternion(
            roll: bank + Self.sway(time, 1.1, 0.02), pitch: -0.12 + Self.sway(time, 1.7, 0.015),
            yaw: yaw + Self.sway(time, 0.4, 0.03))
        // The gimbal keeps its camera level, and comes round a little later.
        let camera = Quaternion(
            roll: Self.sway(time, 0.9, 0.004), pitch: Self.pitch + Self.sway(time, 0.7, 0.006),
            yaw: site.bearing + way(time - 0.3).heading + Self.sway(time, 0.5, 0.008))
        return Stand(
            time: time, place: place(time), speed: speed, attitude: attitude ?? .none, camera: camera ?? .none)
    }

    private func place(_ time: Double) -> Point {
        let way = way(time)
        let north = site.place(along: way.along, down: way.down)
        let ground = [(0.0, 0.0), (20, 0), (-20, 0), (0, 20), (0, -20)].map { side in
            relief.height(north.x + side.0, north.y + side.1)
        }
        let gusts = Point(Self.sway(time, 0.6, 0.25), Self.sway(time + 50, 0.55, 0.25), Self.sway(time, 0.3, 0.5))
        return Point(north.x, north.y, ground.reduce(0, +) / 5 + Self.above) + gusts
    }

    /// Metres along the slope and down it, and radians from `along` over `down`.
    private func way(_ time: Double) -> (along: Double, down: Double, heading: Double) {
        let half = Self.lane / 2, radius = Self.apart / 2
        let first = -Self.apart * Double(Self.lanes - 1) / 2
        let gone = Self.pace * time
        let number = min(max(Int(gone / (Self.lane + Self.turn)), 0), Self.lanes - 1)
        let rest = gone - Double(number) * (Self.lane + Self.turn)
        let isThere = number % 2 == 0
        let direction: Double = isThere ? 1 : -1
        let down = first + Self.apart * Double(number)
        if rest <= Self.lane || number == Self.lanes - 1 {
            return (direction * (rest - half), down, isThere ? 0 : .pi)
        }
        // Downhill round the end, to the right or to the left.
        let angle = (rest - Self.lane) / radius
        return (
            direction * (half + radius * sin(angle)), down + radius * (1 - cos(angle)), isThere ? angle : .pi - angle
        )
    }

    /// What wind and motors do: two waves that never meet.
    private static func sway(_ time: Double, _ rate: Double, _ size: Double) -> Double {
        size * (0.6 * sin(rate * time + 3 * rate) + 0.4 * sin(rate * 2.718 * time + 1))
    }
}
