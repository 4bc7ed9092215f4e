// How likely a thing that is looked at is found.
import Glibc

/// The probability that a look finds a thing, by how many pixels it has in the picture.
///
/// The target transfer probability function: Johnson's criteria (1958) with the exponent of the U.S. Army's night vision
/// models, E = 2.7 + 0.7 N / N50. Half of the things with `pixelsForHalf` pixels are found. Both constants are a
/// detector's, and are to be measured with it: `arete eval` tells recall by size.
public struct DetectionCurve: Hashable, Sendable {
    /// Square root of a thing's area in pixels of which half are found.
    public var pixelsForHalf: Double
    /// Of things as large as one likes.
    public var best: Double
    /// Square metres of the thing seen from above, and from the side. A person stands or lies: 0.5 and 0.6.
    public var areaFromAbove: Double
    public var areaFromSide: Double

    public init(
        pixelsForHalf: Double = 12, best: Double = 0.9, areaFromAbove: Double = 0.5, areaFromSide: Double = 0.6
    ) {
        self.pixelsForHalf = max(pixelsForHalf, 0.1)
        self.best = min(max(best, 0), 1)
        (self.areaFromAbove, self.areaFromSide) = (max(areaFromAbove, 0), max(areaFromSide, 0))
    }

    /// - Parameter pixels: square root of its area in pixels.
    public func probability(pixels: Double) -> Double {
        guard pixels > 0 else { return 0 }
        let ratio = min(pixels / pixelsForHalf, 10)
        let power = pow(ratio, 2.7 + 0.7 * ratio)
        return best * power / (1 + power)
    }

    /// Square root of its area in pixels.
    ///
    /// - Parameters:
    ///   - distance: metres.
    ///   - fall: sine of the angle by which the line of sight goes down.
    ///   - focal: pixels.
    public func pixels(distance: Double, fall: Double, focal: Double) -> Double {
        let fall = min(max(fall, 0), 1)
        let area = areaFromAbove * fall + areaFromSide * (1 - fall * fall).squareRoot()
        return area.squareRoot() * focal / max(distance, 0.1)
    }

    /// Metres beyond which one in a hundred is found, at most.
    func farthest(focal: Double) -> Double {
        let area = (areaFromAbove * areaFromAbove + areaFromSide * areaFromSide).squareRoot()
        var pixels = pixelsForHalf
        while probability(pixels: pixels) > 0.01, pixels > 0.01 { pixels *= 0.9 }
        return area.squareRoot() * focal / pixels
    }
}
