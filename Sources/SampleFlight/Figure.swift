// People, made of rounded limbs.
import Glibc

/// From `start` to `end`, as thick as `radii` there; metres to the right, to the front and up of who it belongs to.
struct Limb: Sendable {
    var start: Point
    var end: Point
    var radii: (Double, Double)
    var hue: Hue

    func moved(_ move: (Point) -> Point) -> Limb { Limb(start: move(start), end: move(end), radii: radii, hue: hue) }
}

/// What somebody wears, and how large they are.
struct Looks: Sendable {
    var jacket: Hue
    var trousers: Hue
    var shoes = Hue(0.12, 0.1, 0.09)
    var skin = Hue(0.72, 0.5, 0.38)
    /// Hair or a hat.
    var hat: Hue
    var pack: Hue?
    var size = 1.0
    var width = 1.0
}

/// How somebody holds themselves.
enum Posture: Sendable {
    case walking, waving, sitting, lying
}

struct Figure: Sendable {
    let looks: Looks
    let posture: Posture

    /// The limbs of somebody at the origin who faces along y.
    ///
    /// - Parameter phase: of the step, radians; and of a wave.
    func limbs(phase: Double) -> [Limb] {
        let size = looks.size, wide = looks.width * looks.size
        let swing = sin(phase)
        let lean = turn(-leaning, about: .x)
        let neck = lean(Point(0, 0, 0.52 * size))
        var limbs = [
            // Hips to shoulders, the shoulders across, the head under its hair.
            Limb(start: .zero, end: neck * 0.85, radii: (0.15 * wide, 0.17 * wide), hue: looks.jacket),
            Limb(
                start: neck * 0.88 + Point(-0.16 * wide, 0, 0), end: neck * 0.88 + Point(0.16 * wide, 0, 0),
                radii: (0.09 * wide, 0.09 * wide), hue: looks.jacket),
        ]
        let face = neck + lean(Point(0, 0.03, 0.2 * size))
        limbs.append(Limb(start: neck, end: face, radii: (0.06 * size, 0.06 * size), hue: looks.skin))
        limbs.append(Limb(start: face, end: face, radii: (0.105 * size, 0.105 * size), hue: looks.skin))
        let crown = face + lean(Point(0, -0.025, 0.04 * size))
        limbs.append(Limb(start: crown, end: crown, radii: (0.112 * size, 0.112 * size), hue: looks.hat))
        if let pack = looks.pack {
            let low = lean(Point(0, -0.21 * wide, 0.16 * size)), high = lean(Point(0, -0.21 * wide, 0.42 * size))
            limbs.append(Limb(start: low, end: high, radii: (0.15 * size, 0.13 * size), hue: pack))
        }
        for side in [-1.0, 1.0] {
            limbs += leg(side, swing: side * swing)
            limbs += arm(
                side, shoulder: neck * 0.88 + Point(side * 0.2 * wide, 0, 0), lean: lean, swing: -side * swing, phase)
        }
        if posture == .lying {
            // On the back, the front upwards.
            let over = turn(1.5, about: .x)
            limbs = limbs.map { $0.moved(over) }
        }
        let lowest = limbs.map { min($0.start.z - $0.radii.0, $0.end.z - $0.radii.1) }.min() ?? 0
        return limbs.map { $0.moved { $0 - Point(0, 0, lowest) } }
    }

    /// Of a body whose hips are at the origin.
    private var leaning: Double {
        switch posture {
        case .walking: 0.12
        case .sitting: -0.05
        case .waving, .lying: 0
        }
    }

    private func leg(_ side: Double, swing: Double) -> [Limb] {
        let size = looks.size
        let (hip, knee, outwards) =
            switch posture {
            case .walking: (0.5 * swing, -0.25 - 0.35 * max(-swing, 0), 0.03)
            case .waving: (0.03, -0.05, 0.12)
            case .sitting: (1.45, -1.35, 0.15)
            case .lying: (side > 0 ? 0.5 : 0.05, side > 0 ? -0.9 : -0.1, 0.15)
            }
        let top = Point(0.095 * side * looks.width * size, 0, 0)
        let frame = turn(-side * outwards, about: .y)
        let middle = top + frame(turn(hip, about: .x)(Point(0, 0, -0.43 * size)))
        let ankle = middle + frame(turn(hip + knee, about: .x)(Point(0, 0, -0.42 * size)))
        let toes = ankle + frame(turn(hip + knee, about: .x)(Point(0, 0.17, -0.04))) * size
        return [
            Limb(start: top, end: middle, radii: (0.095 * size, 0.072 * size), hue: looks.trousers),
            Limb(start: middle, end: ankle, radii: (0.068 * size, 0.052 * size), hue: looks.trousers),
            Limb(start: ankle, end: toes, radii: (0.055 * size, 0.048 * size), hue: looks.shoes),
        ]
    }

    private func arm(
        _ side: Double, shoulder: Point, lean: (Point) -> Point, swing: Double, _ phase: Double
    ) -> [Limb] {
        let size = looks.size
        let (ahead, elbow, outwards) =
            switch posture {
            case .walking: (0.55 * swing, 0.45, 0.16)
            case .waving: (0.15, 0.15, side > 0 ? 2.2 + 0.4 * sin(phase) : 1.3)
            case .sitting: (0.6, 0.7, 0.15)
            case .lying: (0.1, side > 0 ? 0.1 : 0.7, side > 0 ? 1.1 : 0.35)
            }
        let frame = turn(-side * outwards, about: .y)
        let middle = shoulder + lean(frame(turn(ahead, about: .x)(Point(0, 0, -0.29 * size))))
        let hand = middle + lean(frame(turn(ahead + elbow, about: .x)(Point(0, 0, -0.27 * size))))
        let palm = hand + (hand - middle) * 0.25
        return [
            Limb(start: shoulder, end: middle, radii: (0.066 * size, 0.055 * size), hue: looks.jacket),
            Limb(start: middle, end: hand, radii: (0.055 * size, 0.045 * size), hue: looks.jacket),
            Limb(start: hand, end: palm, radii: (0.046 * size, 0.04 * size), hue: looks.skin),
        ]
    }
}

private enum Axis { case x, y }

/// A turn by radians: about x, what is below goes to the front; about y, what is below goes to the left.
private func turn(_ angle: Double, about axis: Axis) -> (Point) -> Point {
    let (sine, cosine) = (sin(angle), cos(angle))
    return { point in
        switch axis {
        case .x: Point(point.x, cosine * point.y - sine * point.z, sine * point.y + cosine * point.z)
        case .y: Point(cosine * point.x + sine * point.z, point.y, -sine * point.x + cosine * point.z)
        }
    }
}
