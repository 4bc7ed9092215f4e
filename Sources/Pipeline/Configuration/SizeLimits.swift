// Sizes in millimetres as a pipeline's file asks for them.
import JSON
import Vision

/// How large something must be: its longer side, as the calibration of its source measures it.
public struct SizeLimits: Sendable, Hashable {
    /// Millimetres; one of the two is there.
    public var least: Double?
    public var most: Double?

    private static let leastKey = "min_size_mm"
    private static let mostKey = "max_size_mm"
    private static let sizes = 0.0001...1e6

    /// - Parameter sources: all of those whose findings are measured.
    /// - Returns: `nil` where no size is asked for.
    /// - Throws: where one is asked for that nobody can tell.
    static func read(
        _ fields: JSONFields, of sources: [SourceConfiguration]
    ) throws(JSONError) -> SizeLimits? {
        let least = try fields.number(leastKey, in: sizes)
        let most = try fields.number(mostKey, in: sizes)
        guard least != nil || most != nil else { return nil }
        let key = least == nil ? mostKey : leastKey
        if let source = sources.first(where: { $0.calibration == nil }) {
            throw fields.failure(
                key, "needs a \"calibration\" of source \"\(source.name)\" ('arete calibrate --plane')")
        }
        if let least, let most, least > most {
            throw fields.failure(mostKey, "is \(most), less than \"\(leastKey)\"")
        }
        return SizeLimits(least: least, most: most)
    }

    func contains(_ size: Double) -> Bool { size >= least ?? 0 && size <= most ?? .infinity }

    /// How far a size lies outside, as a factor; 1 for one that does not.
    func excess(_ size: Double) -> Double {
        if let least, size < least { return least / max(size, .leastNormalMagnitude) }
        if let most, size > most { return size / most }
        return 1
    }

    /// What is wrong with a size that lies outside: `3.1 mm, at least 4.0 wanted`.
    func complaint(_ size: Double) -> String {
        let wanted =
            if let least, size < least { "at least \(least) wanted" } else { "at most \(most ?? .infinity) wanted" }
        // So many digits that the figure, too, lies outside.
        let digits = (3...9).first { !contains(Self.rounded(size, digits: $0)) } ?? 17
        return "\(Self.rounded(size, digits: digits)) mm, \(wanted)"
    }

    /// A size for people: `3.12 mm`.
    static func text(_ size: Double) -> String { "\(rounded(size, digits: 3)) mm" }

    private static func rounded(_ value: Double, digits: Int) -> Double {
        guard value > 0, value.isFinite else { return value }
        var (scale, places) = (1.0, digits)
        // The power of ten that leaves so many digits before the point.
        var size = value
        while size >= 1, places > 0 { (size, places) = (size / 10, places - 1) }
        while size < 0.1, places < 17 { (size, places) = (size * 10, places + 1) }
        for _ in 0..<places { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}
