// What a terrain model knows of a place.

/// The height of the ground at a place.
public enum Height: Hashable, Sendable {
    /// Metres above mean sea level: the EGM96 geoid, as SRTM and most terrain models count.
    case metres(Double)
    /// The model reaches there and has no height: SRTM's radar did not see into steep valleys.
    case void
    /// No file of the model reaches there.
    case missing
    /// The file for it cannot be used, and why, in one line.
    case damaged(String)

    public var metres: Double? {
        guard case .metres(let height) = self else { return nil }
        return height
    }
}

/// Heights of the ground, by place.
///
/// Heights are metres above mean sea level (EGM96), not above the ellipsoid that satellite receivers measure from: an
/// ellipsoidal height is that plus the geoid's, which is -107 to 86 m.
public protocol HeightModel: Sendable {
    /// Between the four posts around, bilinear. Where one of them that counts is void, so is the answer.
    ///
    /// - Parameters:
    ///   - latitude: degrees (WGS 84); what is none is missing.
    ///   - longitude: degrees, -180 to 180.
    func height(latitude: Double, longitude: Double) -> Height

    /// Metres from post to post at a place, north to south; `nil` where no file reaches.
    func spacing(latitude: Double, longitude: Double) -> Double?
}

/// Metres of a degree of latitude: SRTM's 3 seconds of arc are 93 m.
let metresPerDegree = 111_320.0
