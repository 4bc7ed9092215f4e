// What one picture tells of a camera's view.
import CPixels

/// Light and structure of a picture. Complexity: O(pixels).
struct ViewFigures: Equatable {
    /// The grey level below which 95 of 100 pixels lie.
    let bright: Int
    /// The share of pixels that are white.
    let burnt: Double
    /// Standard deviation of the grey levels.
    let contrast: Double
    /// How much finer structure there is than coarser, beyond noise: about 0.5 for sharp edges, near 0 where they are smeared over a few pixels.
    /// `nil` where there is no structure to judge by.
    let sharpness: Double?
    /// Structure two pixels wide: the mean squared Laplacian, in grey levels, beyond noise.
    let structure: Double

    private static let white = 250
    /// Parts of the picture, across and down, that are looked at one by one.
    private static let parts = (across: 8, down: 6)
    /// The share of parts taken for empty: what they show is noise.
    private static let emptyShare = 0.1
    /// Less than this is nothing to judge sharpness by.
    static let leastStructure = 12.0

    init(_ picture: GreyPicture) {
        var histogram = [UInt64](repeating: 0, count: 256)
        arete_grey_histogram(picture.bytes, picture.bytes.count, &histogram)
        let count = Double(max(picture.bytes.count, 1))
        let mean = histogram.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) } / count
        let squares =
            histogram.enumerated().reduce(0.0) { $0 + Double($1.offset * $1.offset) * Double($1.element) } / count
        contrast = max(squares - mean * mean, 0).squareRoot()
        burnt = Double(histogram[Self.white...].reduce(0, +)) / count
        var below: UInt64 = 0
        bright =
            histogram.firstIndex { level in
                below += level
                return Double(below) >= 0.95 * count
            } ?? 255

        let fine = Self.energies(picture), coarse = Self.energies(picture.halved)
        structure = Self.mean(coarse) - Self.low(coarse)
        sharpness = structure >= Self.leastStructure ? (Self.mean(fine) - Self.low(fine)) / structure : nil
    }

    /// The mean squared Laplacian of each part that can be judged.
    private static func energies(_ picture: GreyPicture) -> [Double] {
        let (width, height) = (picture.width, picture.height)
        guard width > 2 * parts.across, height > 2 * parts.down else { return [] }
        var sums = [UInt64](repeating: 0, count: parts.across * parts.down), counts = sums
        arete_grey_laplacians(picture.bytes, width, height, parts.across, parts.down, &sums, &counts)
        // A part that is nearly all black or white tells nothing.
        let least = UInt64(max(picture.bytes.count / (4 * sums.count), 1))
        return zip(sums, counts).filter { $1 >= least }.map { Double($0) / Double($1) }
    }

    private static func low(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[Int(Double(values.count) * emptyShare)]
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(max(values.count, 1))
    }
}
