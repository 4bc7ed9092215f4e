// How far places were off, and how often the ellipse held them.
import Geolocation
import Glibc
import Link

/// Metres north and east from one place to another, near it.
func way(from one: EarthPlace, to two: EarthPlace) -> SIMD2<Double> {
    let radian = Double.pi / 180
    let (sine, eccentricity) = (sin(one.latitude * radian), 6.694_379_990_141_316e-3)
    let curve = 1 - eccentricity * sine * sine
    let around = 6_378_137 / curve.squareRoot()
    return SIMD2(
        (two.latitude - one.latitude) * radian * around * (1 - eccentricity) / curve,
        (two.longitude - one.longitude) * radian * around * cos(one.latitude * radian))
}

func length(_ way: SIMD2<Double>) -> Double { (way * way).sum().squareRoot() }

extension ErrorEllipse {
    func holds(_ way: SIMD2<Double>) -> Bool {
        let (sine, cosine) = (sin(bearing * .pi / 180), cos(bearing * .pi / 180))
        let (along, across) = (way.x * cosine + way.y * sine, way.y * cosine - way.x * sine)
        return along * along / (major * major) + across * across / (minor * minor) <= 1
    }
}

struct Score {
    private(set) var errors: [Double] = []
    private var majors: [Double] = []
    private var inside = 0

    mutating func add(_ truth: EarthPlace, _ place: EarthPlace, _ ellipse: ErrorEllipse) {
        let off = way(from: place, to: truth)
        errors.append(length(off))
        majors.append(ellipse.major)
        if ellipse.holds(off) { inside += 1 }
    }

    static func part(_ numbers: [Double], _ part: Double) -> Double {
        let sorted = numbers.sorted()
        guard let last = sorted.last else { return .nan }
        // Between neighbours, as NumPy's percentile has it.
        let place = part * Double(sorted.count - 1)
        let low = Int(place)
        return low + 1 < sorted.count
            ? sorted[low] + (sorted[low + 1] - sorted[low]) * (place - Double(low)) : last
    }

    /// Median, 90 % and largest error, the part inside and the median of the longer half axes.
    var cells: [String] {
        [
            "\(errors.count)", text(Self.part(errors, 0.5)), text(Self.part(errors, 0.9)), text(errors.max() ?? .nan),
            text(100 * Double(inside) / Double(max(errors.count, 1)), 1) + " %", text(Self.part(majors, 0.5)),
        ]
    }
}

func text(_ number: Double, _ digits: Int = 2) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return "-" }
    let factor = pow(10, Double(digits))
    let whole = Int((abs(number) * factor).rounded())
    let (front, back) = (whole / Int(factor), String(whole % Int(factor)))
    let sign = number < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return sign + "\(front)" }
    return sign + "\(front)." + String(repeating: "0", count: digits - back.count) + back
}

func row(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }

func header(_ cells: [String]) {
    print("")
    row(cells)
    row(cells.map { _ in "---" })
}
