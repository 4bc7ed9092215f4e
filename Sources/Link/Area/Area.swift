// The ground that a sender's places are told on.
import Glibc

/// A place on the earth.
public struct EarthPlace: Hashable, Sendable {
    /// Degrees (WGS 84).
    public var latitude: Double
    public var longitude: Double

    public init(latitude: Double, longitude: Double) {
        (self.latitude, self.longitude) = (latitude, longitude)
    }
}

/// Some 16 by 16 km around an origin.
public struct Area: BitCodable {
    /// What heights are measured from.
    public enum Datum: Int, Sendable { case ellipsoid, meanSeaLevel }

    /// Steps of 1e-7 degrees, as MAVLink has them.
    private let latitude: Int
    private let longitude: Int
    /// Metres, of the lowest height that can be told.
    public let base: Int
    public let datum: Datum

    private static let latitudeBits = 31
    private static let longitudeBits = 32
    private static let baseBits = 15
    private static let stepsPerDegree = 1e7

    /// `nil` for what is no place, or within 0.1 degrees of a pole, where metres east have no meaning.
    public init?(origin: EarthPlace, base: Int = 0, datum: Datum = .ellipsoid) {
        guard abs(origin.latitude) <= Self.northmost, abs(origin.longitude) <= 180, Self.bases.contains(base) else {
            return nil
        }
        latitude = Int((origin.latitude * Self.stepsPerDegree).rounded())
        longitude = Int((origin.longitude * Self.stepsPerDegree).rounded())
        (self.base, self.datum) = (base, datum)
    }

    /// Around a vehicle, on the next thousandth of a degree: some 100 m. It reaches from 1 km below the ground to 3 km above it.
    ///
    /// - Parameter ground: metres above mean sea level, where the vehicle started.
    public init?(around place: EarthPlace, ground: Double) {
        func round(_ degrees: Double) -> Double { (degrees * 1000).rounded() / 1000 }
        guard abs(ground) < Self.highest, let base = Int(exactly: (ground / 100).rounded(.down)) else { return nil }
        let origin = EarthPlace(latitude: round(place.latitude), longitude: round(place.longitude))
        self.init(origin: origin, base: base * 100 - Self.below, datum: .meanSeaLevel)
    }

    private static let below = 1000
    private static let highest = 15_000.0

    /// Whether a place is so far inside that what is seen from there is in the area too.
    public func reaches(_ place: EarthPlace) -> Bool {
        grid(place).map { max(abs($0.east), abs($0.north)) <= Self.reach } ?? false
    }

    /// Metres from the origin, of 8192.
    private static let reach = 6000

    private static let northmost = 89.9
    private static let bases = -(1 << (baseBits - 1))...(1 << (baseBits - 1) - 1)

    public var origin: EarthPlace {
        EarthPlace(
            latitude: Double(latitude) / Self.stepsPerDegree, longitude: Double(longitude) / Self.stepsPerDegree)
    }

    /// Metres that a degree of latitude and of longitude have at the origin (WGS 84). They count in the whole area: a place is told by them
    /// and found again by them, so that the earth's shape makes no error.
    private var metresPerDegree: (north: Double, east: Double) {
        let (major, eccentricity) = (6_378_137.0, 6.694_379_990_141_316e-3)
        let degree = Double.pi / 180
        let (sine, cosine) = (sin(origin.latitude * degree), cos(origin.latitude * degree))
        let curve = 1 - eccentricity * sine * sine
        return (
            major * (1 - eccentricity) / (curve * curve.squareRoot()) * degree,
            major / curve.squareRoot() * cosine * degree
        )
    }

    /// Where on the grid a place is; `nil` outside the area.
    public func grid(_ place: EarthPlace) -> GridPlace? {
        let metres = metresPerDegree
        var around = place.longitude - origin.longitude
        // The short way over the date line.
        if around > 180 { around -= 360 } else if around < -180 { around += 360 }
        let (east, north) = (around * metres.east, (place.latitude - origin.latitude) * metres.north)
        guard abs(east) < 1e6, abs(north) < 1e6 else { return nil }
        return GridPlace(east: Int(east.rounded()), north: Int(north.rounded()))
    }

    public func earth(_ place: GridPlace) -> EarthPlace {
        let metres = metresPerDegree
        var longitude = origin.longitude + Double(place.east) / metres.east
        if longitude > 180 { longitude -= 360 } else if longitude < -180 { longitude += 360 }
        return EarthPlace(latitude: origin.latitude + Double(place.north) / metres.north, longitude: longitude)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        let latitude = try reader.signed(bits: Self.latitudeBits)
        let longitude = try reader.signed(bits: Self.longitudeBits)
        let base = try reader.signed(bits: Self.baseBits)
        let datum: Datum = try reader.number(bits: 1) == 0 ? .ellipsoid : .meanSeaLevel
        let origin = EarthPlace(
            latitude: Double(latitude) / Self.stepsPerDegree, longitude: Double(longitude) / Self.stepsPerDegree)
        guard let area = Area(origin: origin, base: base, datum: datum) else {
            throw .contradiction("an area around no place of the earth")
        }
        self = area
    }

    func write(to writer: inout BitWriter) {
        writer.write(signed: latitude, bits: Self.latitudeBits)
        writer.write(signed: longitude, bits: Self.longitudeBits)
        writer.write(signed: base, bits: Self.baseBits)
        writer.write(datum.rawValue, bits: 1)
    }
}
