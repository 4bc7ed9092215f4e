// Who is on the slope, and where at each time.
import Glibc

/// Somebody at one time.
struct Person: Sendable {
    let number: Int
    let name: String
    /// Between the feet, or under the hips of who sits or lies.
    let foot: Point
    /// In north, east, up, from that place of the ground.
    let limbs: [Limb]
}

struct People: Sendable {
    private struct One: Sendable {
        let name: String
        let figure: Figure
        /// Metres along the slope and down it, at the begin.
        let place: SIMD2<Double>
        /// Radians from `along` over `down`.
        let heading: Double
        /// m/s; 0 for those who stay.
        var speed = 0.0
        /// Whether they follow the path, and do not go straight.
        var isOnPath = false
    }

    /// Metres of two steps.
    private static let stride = 1.35

    private let site: Site
    private let relief: Relief
    private let all: [One]

    init(site: Site, relief: Relief) {
        (self.site, self.relief) = (site, relief)
        let white = Hue(0.82, 0.82, 0.8), dark = Hue(0.06, 0.065, 0.08)
        func looks(_ jacket: Hue, _ trousers: Hue, hat: Hue, pack: Hue? = nil, skin: Hue? = nil) -> Looks {
            var looks = Looks(jacket: jacket, trousers: trousers, hat: hat, pack: pack)
            if let skin { looks.skin = skin }
            return looks
        }
        all = [
            One(
                name: "walker in red",
                figure: Figure(
                    looks: looks(Hue(0.78, 0.1, 0.07), Hue(0.1, 0.12, 0.2), hat: Hue(0.1, 0.07, 0.05), pack: dark),
                    posture: .walking),
                place: SIMD2(-34, 0), heading: 0, speed: 1, isOnPath: true),
            One(
                name: "walker in blue",
                figure: Figure(
                    looks: looks(Hue(0.07, 0.24, 0.7), Hue(0.3, 0.27, 0.2), hat: white, pack: Hue(0.75, 0.4, 0.05)),
                    posture: .walking),
                place: SIMD2(-39, 0), heading: 0, speed: 1, isOnPath: true),
            One(
                name: "lying, in orange",
                figure: Figure(
                    looks: looks(Hue(0.9, 0.36, 0.04), dark, hat: Hue(0.2, 0.12, 0.07)), posture: .lying),
                place: SIMD2(8, 31), heading: 2.3),
            One(
                name: "waving, in white",
                figure: Figure(
                    looks: looks(white, Hue(0.12, 0.16, 0.28), hat: Hue(0.75, 0.12, 0.1), skin: Hue(0.45, 0.3, 0.2)),
                    posture: .waving),
                place: SIMD2(-14, 39), heading: -1.2),
            One(
                name: "sitting, in yellow",
                figure: Figure(
                    looks: looks(Hue(0.85, 0.75, 0.08), Hue(0.2, 0.2, 0.22), hat: dark), posture: .sitting),
                place: SIMD2(14, -41), heading: 0.9),
            One(
                name: "walker in turquoise",
                figure: Figure(
                    looks: looks(
                        Hue(0.08, 0.55, 0.55), Hue(0.07, 0.07, 0.09), hat: Hue(0.5, 0.36, 0.16), pack: white * 0.7),
                    posture: .walking),
                place: SIMD2(-30, 2), heading: 0.5, speed: 0.9),
        ]
    }

    var count: Int { all.count }

    func standing(at time: Double) -> [Person] {
        all.enumerated().map { number, one in
            let gone = one.speed * time
            var local = one.place + SIMD2(cos(one.heading), sin(one.heading)) * gone
            var heading = one.heading
            if one.isOnPath {
                let along = Float(local.x)
                local.y = Double(Courses.path(along))
                heading = Double(atan(Courses.path(along + 0.5) - Courses.path(along - 0.5)))
                // Faster along the slope than to its side: what counts is the way itself.
            }
            let phase = one.speed > 0 ? gone / Self.stride * 2 * .pi : 3 * time
            let north = site.place(along: local.x, down: local.y)
            let foot = relief.ground(north.x, north.y)
            let bearing = site.bearing + heading
            let (sine, cosine) = (sin(bearing), cos(bearing))
            let lies = one.figure.posture == .lying
            let slope = relief.slope(north.x, north.y)
            let limbs = one.figure.limbs(phase: phase).map { limb in
                limb.moved { point in
                    let way = SIMD2(point.y * cosine - point.x * sine, point.y * sine + point.x * cosine)
                    // Who lies follows the ground.
                    let rise = lies ? (way * slope).sum() : 0
                    return Point(way.x, way.y, point.z + rise)
                }
            }
            return Person(number: number, name: one.name, foot: foot, limbs: limbs)
        }
    }
}
