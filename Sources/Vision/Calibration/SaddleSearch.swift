// All places of a picture that may be corners of a chessboard.
import CPixels

enum SaddleSearch {
    /// More than any board has: of a picture with more, only the clearest are looked at.
    private static let most = 3000
    private static let leastResponse: Int16 = 40
    private static let apart = 3

    /// The clearest come first. Complexity: O(pixels).
    static func points(in picture: GreyPicture) -> [SaddlePoint] {
        var responses = [Int16](repeating: 0, count: picture.width * picture.height)
        arete_grey_saddles(picture.bytes, picture.width, picture.height, &responses)
        var places = [UInt32](repeating: 0, count: most)
        var least = leastResponse
        var count = most + 1
        while count > most, least < .max / 2 {
            count = arete_grey_peaks(responses, picture.width, picture.height, apart, least, &places, most)
            if count > most { least *= 2 }
        }
        let order = places.prefix(min(count, most)).sorted { responses[Int($0)] > responses[Int($1)] }
        return order.compactMap { place in
            let (y, x) = Int(place).quotientAndRemainder(dividingBy: picture.width)
            return SaddlePoint(picture, at: SIMD2(Double(x), Double(y)))
        }
    }
}
