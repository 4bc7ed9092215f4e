// How a camera moved from picture to picture, told from the pictures alone.
import Imaging

/// Follows structure that stands still through the pictures of a moving camera. Not for several threads at once.
///
/// Patches with structure, one in each part of the picture, are followed from one picture to the next (Lucas and Kanade, coarse to fine);
/// a homography that most agree on is the camera's motion. The same pictures give the same motions.
public final class CameraMotionEstimator {
    private let reducer = CameraViewReducer()
    private var last: Seen?
    /// Pictures since `last` whose motion was not told.
    private var untold = 0
    /// What was found last, in pixels of the small picture: cameras go on as they did.
    private var usual: CameraMotion?

    /// After so many pictures that cannot be compared with an older one, the next is compared with the newest of them.
    private static let patience = 3

    private struct Seen {
        let width: Int
        let height: Int
        let pyramid: GreyPyramid
        let places: [(x: Double, y: Double)]
    }

    public init() {}

    /// The motion from the last picture for which one was told, or the first, to `picture`; `nil` where that cannot be told: for the first
    /// picture, without structure or with too few pixels in it, when most of it moves by itself, or when it shows another place. Complexity:
    /// O(pixels).
    ///
    /// - Parameters:
    ///   - hiding: boxes in `picture` of what may move by itself.
    ///   - range: the words that are black and white, of pictures with more than 8 bits.
    /// - Throws: `ImageError` for a picture that cannot be converted.
    public func motion(
        to picture: RawPicture, hiding: [Box] = [], range: ClosedRange<UInt16>? = nil
    ) throws(ImageError) -> CameraMotion? {
        guard let view = try reducer.view(of: picture, range: range) else { return nil }
        return motion(to: view, hiding: hiding)
    }

    /// The same to a picture that was reduced already.
    public func motion(to view: CameraView, hiding: [Box] = []) -> CameraMotion? {
        let grey = view.grey
        let (scaleX, scaleY) = (Double(view.width) / Double(grey.width), Double(view.height) / Double(grey.height))
        let hidden = hiding.map { box in
            Box(
                x: box.x / Float(scaleX), y: box.y / Float(scaleY), width: box.width / Float(scaleX),
                height: box.height / Float(scaleY))
        }
        let now = Seen(
            width: view.width, height: view.height, pyramid: GreyPyramid(grey),
            places: PatchFlow.places(in: grey, hidden: hidden))
        guard let last, last.width == now.width, last.height == now.height,
            last.pyramid.width == now.pyramid.width, last.pyramid.height == now.pyramid.height
        else {
            self.last = now
            untold = 0
            usual = nil
            return nil
        }
        guard let fit = fit(from: last, to: now) else {
            untold += 1
            usual = nil
            if untold >= Self.patience {
                self.last = now
                untold = 0
            }
            return nil
        }
        // Over several pictures the motion was more than it will be to the next.
        usual = untold == 0 ? CameraMotion(matrix: fit.matrix) : nil
        self.last = now
        untold = 0
        let h = fit.matrix
        return CameraMotion(
            matrix: [
                h[0], h[1] * scaleX / scaleY, h[2] * scaleX, h[3] * scaleY / scaleX, h[4], h[5] * scaleY,
                h[6] / scaleX, h[7] / scaleY, h[8],
            ], confidence: min(fit.agreement, 1))
    }

    /// Looked for from where the last motion leads, then from where both pictures are most alike as a whole.
    private func fit(from last: Seen, to now: Seen) -> MotionFit? {
        func fit(_ guess: (_ x: Double, _ y: Double) -> (x: Double, y: Double)) -> MotionFit? {
            let pairs = PatchFlow.pairs(last.places, from: last.pyramid, to: now.pyramid, guess: guess)
            return MotionFit(pairs, of: last.places.count, width: now.pyramid.width, height: now.pyramid.height)
        }
        if let found = fit({ x, y in self.usual?.moved(x: x, y: y) ?? (x, y) }) { return found }
        let place = ViewPlace(now.pyramid.levels[0])
        let shift = place.bestShift(to: ViewPlace(last.pyramid.levels[0]))
        let scale = Double(now.pyramid.width) / Double(place.width)
        return fit { x, y in (x + scale * Double(shift.right), y + scale * Double(shift.down)) }
    }
}
