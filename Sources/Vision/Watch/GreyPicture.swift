// Small pictures in grey, as the watch looks at them.
import CPixels
import Imaging

/// Rows of bytes without gaps.
struct GreyPicture: Equatable, Sendable {
    let width: Int
    let height: Int
    var bytes: [UInt8]

    /// Each pixel the mean of four; an odd last row or column is left out.
    var halved: GreyPicture {
        let (width, height) = (self.width / 2, self.height / 2)
        var halved = [UInt8](repeating: 0, count: width * height)
        arete_grey_halved(bytes, self.width, self.height, &halved)
        return GreyPicture(width: width, height: height, bytes: halved)
    }
}

/// Brings cameras' pictures to grey ones of at most some `widest` pixels a row, with buffers made once.
final class GreyReducer {
    private var converter: RawConverter?
    private let widest: Int
    /// Beyond this `RawConverter` has no single pass.
    private static let steepest = 4

    init(widest: Int = 640) { self.widest = widest }

    /// `nil` for a picture of too few pixels.
    func reduced(_ picture: RawPicture, range: ClosedRange<UInt16>?) throws(ImageError) -> GreyPicture? {
        let format = picture.format
        let factor = min(max((format.width + widest - 1) / widest, 1), Self.steepest)
        let (width, height) = (max(format.width / factor, 1), max(format.height / factor, 1))
        if converter?.format != format {
            converter = try RawConverter(format, to: .init(width: width, height: height, colour: .grey))
        }
        guard let converter else { return nil }
        converter.setRange(range)
        return GreyPicture(width: width, height: height, bytes: converter.bytes(of: picture))
    }
}
