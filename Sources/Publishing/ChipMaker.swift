// Pictures that thin links can carry.
import Imaging
import Link

/// Makes small WebP files of a track's picture.
public enum ChipMaker {
    /// What pictures are compared at: a first look shows no more.
    private static let judged = 64
    /// Sides of the better pictures, by level from 1, and bytes that they may have.
    private static let levels: [(side: Int, bytes: Int)] = [(64, 700), (128, 2500), (256, 9000)]
    /// Pixels: no picture of a track shows more.
    public static let largestSide = 256
    /// Pixels of what a camera sees, and the bytes that it may have.
    public static let sceneSide = 192
    private static let sceneBytes = 1400

    /// A picture of a level; `nil` where none fits.
    ///
    /// Level 0, a first look, is the one of all sides that a link's record may have that comes nearest to the picture in so many bytes: fewer, better pixels or
    /// more, coarser ones. Complexity: some 50 encodings of at most 80x80 pixels.
    /// - Parameter picture: what lies around a track.
    /// - Parameter bytes: of a first look, without what is elided.
    public static func chip(
        of picture: Image, level: Int = 0, bytes: Int = ChipRecord.usualBytes
    ) throws(ImageError) -> [UInt8]? {
        // What comes out of a file is in colour, and is compared with it.
        let picture = picture.converted(to: .rgb)
        guard level == 0 else {
            let (side, most) = levels[min(level, levels.count) - 1]
            return try best(picture.fitted(side: side), bytes: most)
        }
        let reference = try picture.resized(width: judged, height: judged, filter: .area)
        var chosen: (file: [UInt8], error: Double)?
        for side in ChipRecord.sides {
            let small = try picture.resized(width: side, height: side, filter: .area)
            guard let file = try best(small, bytes: bytes) else { continue }
            let shown = try Image.decode(file).resized(width: judged, height: judged)
            let error = squaredError(shown, reference)
            if error < chosen?.error ?? .infinity { chosen = (file, error) }
        }
        return chosen?.file
    }

    /// What a camera sees, small; `nil` where it does not fit.
    public static func scene(of picture: Image) throws(ImageError) -> [UInt8]? {
        try best(picture.fitted(side: sceneSide), bytes: sceneBytes)
    }

    /// At the highest quality with which it fits; `nil` where none does.
    private static func best(_ picture: Image, bytes: Int) throws(ImageError) -> [UInt8]? {
        var (low, high) = (0, 95)
        var found: [UInt8]?
        while low <= high {
            let quality = (low + high) / 2
            let file = try picture.webP(quality: Double(quality))
            if BareWebP.strip(file).map({ $0.bytes.count <= bytes }) ?? false {
                found = file
                low = quality + 1
            } else {
                high = quality - 1
            }
        }
        return found
    }

    private static func squaredError(_ a: Image, _ b: Image) -> Double {
        var sum = 0
        for (x, y) in zip(a.bytes, b.bytes) {
            let difference = Int(x) - Int(y)
            sum += difference * difference
        }
        return Double(sum)
    }
}

extension Image {
    /// With the longer side so many pixels long at most.
    ///
    /// - Throws: `ImageError`.
    public func fitted(side: Int) throws(ImageError) -> Image {
        let longer = max(width, height)
        guard longer > side else { return self }
        return try resized(
            width: max(width * side / longer, 1), height: max(height * side / longer, 1), filter: .area)
    }
}
