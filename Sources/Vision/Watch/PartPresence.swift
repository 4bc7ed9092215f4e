// Parts that come into an otherwise unchanging view.
import Imaging

/// Tells the picture on which a part is to be looked at: it came into the view, and covers no more than a moment before.
///
/// The empty view is what is seen at first, and is followed slowly while nothing is there. Not for several threads at once.
public final class PartPresence {
    private let area: Double
    private let reducer = GreyReducer()
    private var empty: [Float] = []
    /// The share that the part covered so far at most; `nil` while none is there.
    private var most: Double?
    private var wasTold = false

    /// Grey levels from which a pixel has changed: beyond sensors' noise and shadows.
    private static let changed: Float = 25
    /// Below this share of `area` the view is empty again.
    private static let gone = 0.5
    private static let following: Float = 0.02

    /// - Parameter area: the least share of the picture that a part covers.
    public init(area: Double) { self.area = area }

    /// What a picture shows of parts.
    public enum Sighting: Equatable, Sendable {
        /// None, or one that was told already or is still coming.
        case nothing
        /// A new part, to be looked at on this picture.
        case part
        /// A part went out of the view before it could be looked at.
        case missed
    }

    /// - Throws: `ImageError` for a picture too small to judge. Complexity: O(pixels).
    public func sighting(in picture: RawPicture, range: ClosedRange<UInt16>? = nil) throws(ImageError) -> Sighting {
        guard let reduced = try reducer.reduced(picture, range: range) else {
            let (width, height) = (picture.format.width, picture.format.height)
            throw .unsupported(format: "raw", reason: "\(width) x \(height) pixels are too few to see parts in")
        }
        let grey = reduced.halved.halved
        guard empty.count == grey.bytes.count else {
            empty = grey.bytes.map { Float($0) }
            return .nothing
        }
        var count = 0
        for (index, level) in grey.bytes.enumerated() where abs(Float(level) - empty[index]) > Self.changed {
            count += 1
        }
        let covered = Double(count) / Double(max(empty.count, 1))
        guard let most else {
            if covered >= area {
                self.most = covered
                wasTold = false
            } else {
                for (index, level) in grey.bytes.enumerated() {
                    empty[index] += Self.following * (Float(level) - empty[index])
                }
            }
            return .nothing
        }
        guard covered >= Self.gone * area else {
            self.most = nil
            return wasTold ? .nothing : .missed
        }
        self.most = max(most, covered)
        guard !wasTold, covered <= most else { return .nothing }
        wasTold = true
        return .part
    }
}
