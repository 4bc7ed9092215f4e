// The earth's shape.
import Glibc
import Link

/// WGS 84, heights taken as those above it. Ground and camera both count from mean sea level here: the geoid lies so
/// flat that what a kilometre of it rises, 0.1 m, is lost in every other error.
enum Ellipsoid {
    static let major = 6_378_137.0
    static let eccentricity = 6.694_379_990_141_316e-3
    static let minor = major * (1 - eccentricity).squareRoot()
    static let radian = Double.pi / 180

    /// Metres from the earth's middle.
    static func cartesian(_ place: EarthPlace, height: Double) -> SIMD3<Double> {
        let (latitude, longitude) = (place.latitude * radian, place.longitude * radian)
        let (sine, cosine) = (sin(latitude), cos(latitude))
        let curve = major / (1 - eccentricity * sine * sine).squareRoot()
        return SIMD3(
            (curve + height) * cosine * cos(longitude), (curve + height) * cosine * sin(longitude),
            (curve * (1 - eccentricity) + height) * sine)
    }

    /// Bowring's formula: exact to a millimetre up to 100 km above the ground.
    static func geodetic(_ point: SIMD3<Double>) -> (place: EarthPlace, height: Double) {
        let around = (point.x * point.x + point.y * point.y).squareRoot()
        let angle = atan2(point.z * major, around * minor)
        let (sine, cosine) = (sin(angle), cos(angle))
        let second = eccentricity / (1 - eccentricity)
        let latitude = atan2(
            point.z + second * minor * sine * sine * sine, around - eccentricity * major * cosine * cosine * cosine)
        let (up, out) = (sin(latitude), cos(latitude))
        let height = around * out + point.z * up - major * (1 - eccentricity * up * up).squareRoot()
        let place = EarthPlace(latitude: latitude / radian, longitude: atan2(point.y, point.x) / radian)
        return (place, height)
    }
}

/// North, east and down of one place, in metres from it.
struct LocalFrame {
    private let origin: SIMD3<Double>
    private let north: SIMD3<Double>
    private let east: SIMD3<Double>
    private let down: SIMD3<Double>

    init(_ place: EarthPlace, height: Double) {
        origin = Ellipsoid.cartesian(place, height: height)
        let (latitude, longitude) = (place.latitude * Ellipsoid.radian, place.longitude * Ellipsoid.radian)
        let (sineB, cosineB) = (sin(latitude), cos(latitude))
        let (sineL, cosineL) = (sin(longitude), cos(longitude))
        north = SIMD3(-sineB * cosineL, -sineB * sineL, cosineB)
        east = SIMD3(-sineL, cosineL, 0)
        down = SIMD3(-cosineB * cosineL, -cosineB * sineL, -sineB)
    }

    func earth(_ point: SIMD3<Double>) -> (place: EarthPlace, height: Double) {
        Ellipsoid.geodetic(origin + north * point.x + east * point.y + down * point.z)
    }

    func local(_ place: EarthPlace, height: Double) -> SIMD3<Double> {
        let way = Ellipsoid.cartesian(place, height: height) - origin
        return SIMD3((way * north).sum(), (way * east).sum(), (way * down).sum())
    }
}

/// Metres and degrees around a place: what is told by it is found again by it.
struct FlatMap: Hashable, Sendable {
    let origin: EarthPlace
    /// Metres of a degree.
    let north: Double
    let east: Double

    init(_ origin: EarthPlace) {
        self.origin = origin
        let sine = sin(origin.latitude * Ellipsoid.radian)
        let curve = 1 - Ellipsoid.eccentricity * sine * sine
        let around = Ellipsoid.major / curve.squareRoot()
        north = around * (1 - Ellipsoid.eccentricity) / curve * Ellipsoid.radian
        // A degree at the very pole has a length still, so that nothing is divided by zero.
        east = around * max(cos(origin.latitude * Ellipsoid.radian), 1e-4) * Ellipsoid.radian
    }

    /// Metres north and east.
    func metres(_ place: EarthPlace) -> SIMD2<Double> {
        let around = (place.longitude - origin.longitude).remainder(dividingBy: 360)
        return SIMD2((place.latitude - origin.latitude) * north, around * east)
    }

    func place(_ metres: SIMD2<Double>) -> EarthPlace {
        let longitude = (origin.longitude + metres.y / east).remainder(dividingBy: 360)
        return EarthPlace(latitude: origin.latitude + metres.x / north, longitude: longitude)
    }
}

extension SIMD3<Double> {
    var length: Double { (self * self).sum().squareRoot() }
}
