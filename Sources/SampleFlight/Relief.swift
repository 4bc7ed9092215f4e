// The heights of mountains that do not exist.
import Glibc

/// A point: metres north and east of the relief's middle, and above sea level.
typealias Point = SIMD3<Double>

/// Ridges and valleys where there is nothing but the open Atlantic: nobody can take them for a real place.
struct Relief: Sendable {
    /// South-west corner of the tile, degrees.
    static let south = 35
    static let west = -40
    private static let middle = (latitude: 35.5, longitude: -39.5)
    private static let octaves = 6
    /// Of the longest ridges, metres.
    private static let longest = 14_000.0
    private static let heights = (least: 60.0, span: 1900.0)

    private let noise = Noise(seed: 35_040)
    /// Metres of a degree.
    private let degree: (north: Double, east: Double)

    init() {
        // WGS 84: radii of curvature in the middle.
        let (major, eccentricity) = (6_378_137.0, 6.694_379_990_141_316e-3)
        let radian = Double.pi / 180
        let sine = sin(Self.middle.latitude * radian)
        let curve = 1 - eccentricity * sine * sine
        let around = major / curve.squareRoot()
        degree = (
            around * (1 - eccentricity) / curve * radian, around * cos(Self.middle.latitude * radian) * radian
        )
    }

    /// Metres above sea level of the ground at metres north and east of the middle.
    func height(_ north: Double, _ east: Double) -> Double {
        var (sum, weight, whole, crest) = (0.0, 1.0, 0.0, 1.0)
        var (x, y) = (north / Self.longest + 40.3, east / Self.longest + 90.7)
        for _ in 0..<Self.octaves {
            let wave = 2 * noise.value(x, y) - 1
            // Sharp where the noise passes its middle, but rounded off, so that posts 90 m apart tell the most of it.
            let ridge = 1 - (wave * wave + 0.01).squareRoot()
            sum += weight * crest * ridge * ridge
            whole += weight
            // Valleys stay smooth: fine ridges are on the coarse ones.
            crest = min(1, 1.3 * ridge)
            weight *= 0.45
            (x, y) = (1.6 * x - 1.2 * y + 3.1, 1.2 * x + 1.6 * y + 8.9)
        }
        let bumps = 1.2 * noise.value(north / 45, east / 45) + 0.3 * noise.value(north / 13 + 60, east / 13)
        return Self.heights.least + Self.heights.span * sum / whole + bumps
    }

    func ground(_ north: Double, _ east: Double) -> Point { Point(north, east, height(north, east)) }

    /// How much the ground rises in a metre to the north and to the east, taken over some metres.
    func slope(_ north: Double, _ east: Double, over reach: Double = 2) -> SIMD2<Double> {
        let rise = SIMD2(
            height(north + reach, east) - height(north - reach, east),
            height(north, east + reach) - height(north, east - reach))
        return rise / (2 * reach)
    }

    /// Of length 1, away from the ground.
    func normal(_ north: Double, _ east: Double) -> Point {
        let slope = slope(north, east)
        return Point(-slope.x, -slope.y, 1).unit
    }

    /// Degrees.
    func place(_ point: Point) -> (latitude: Double, longitude: Double) {
        (Self.middle.latitude + point.x / degree.north, Self.middle.longitude + point.y / degree.east)
    }

    /// Heights at the posts of a tile of three seconds of arc as SRTM has them: rows from the north, big-endian words.
    func tile() throws -> [UInt8] {
        let posts = 1201
        let rows = try Crew.gather(posts) { row in
            var bytes: [UInt8] = []
            for column in 0..<posts {
                let latitude = Double(Self.south) + 1 - Double(row) / Double(posts - 1)
                let longitude = Double(Self.west) + Double(column) / Double(posts - 1)
                let north = (latitude - Self.middle.latitude) * degree.north
                let east = (longitude - Self.middle.longitude) * degree.east
                let height = UInt16(bitPattern: Int16(height(north, east).rounded()))
                bytes += [UInt8(height >> 8), UInt8(height & 255)]
            }
            return bytes
        }
        return Array(rows.joined())
    }

    static let tileName = "N35W040.hgt"
}

/// A slope for a search: where it is, and the direction along which it stays level.
struct Site: Sendable {
    /// Metres north and east of the relief's middle.
    let middle: SIMD2<Double>
    /// Radians from north over east: with the valley to the right.
    let bearing: Double

    /// The first slope of a usual pasture between heights where grass grows and trees do not.
    init(on relief: Relief) {
        for ring in 1..<200 {
            for step in 0..<36 {
                let angle = Double(step) * .pi / 18
                let north = Double(ring) * 100 * cos(angle), east = Double(ring) * 100 * sin(angle)
                let slope = relief.slope(north, east, over: 90)
                let fall = (slope * slope).sum().squareRoot()
                // Its sides are as steep as its middle.
                let around = [(0.0, 80.0), (80, 0), (0, -80), (-80, 0)].allSatisfy { side in
                    let other = relief.slope(north + side.0, east + side.1, over: 40) - slope
                    return (other * other).sum() < 0.01
                }
                guard (0.2...0.3).contains(fall), (900...1200).contains(relief.height(north, east)), around else {
                    continue
                }
                middle = SIMD2(north, east)
                bearing = atan2(-slope.y, -slope.x) - .pi / 2
                return
            }
        }
        (middle, bearing) = (.zero, 0)
    }

    /// Metres north and east of the relief's middle, from metres along `bearing` and down the slope.
    func place(along: Double, down: Double) -> SIMD2<Double> {
        let (sine, cosine) = (sin(bearing), cos(bearing))
        return middle + SIMD2(along * cosine - down * sine, along * sine + down * cosine)
    }

    /// Metres along `bearing` and down the slope of a place.
    func local(_ north: Double, _ east: Double) -> SIMD2<Double> {
        let (sine, cosine) = (sin(bearing), cos(bearing))
        let way = SIMD2(north, east) - middle
        return SIMD2(way.x * cosine + way.y * sine, way.y * cosine - way.x * sine)
    }
}

extension SIMD3<Double> {
    var length: Double { (self * self).sum().squareRoot() }
    var unit: SIMD3 { self / length }
}
