// How large something is, and where it lies.
import Imaging

/// What a box shows, on the plane that it lies on.
public struct Millimetres: Hashable, Sendable {
    /// Between the middles of the box's left and right sides.
    public let width: Double
    /// Between the middles of its upper and lower sides.
    public let height: Double
    /// Where the box's middle lies, from the board's first corner along its rows and columns.
    public let place: SIMD2<Double>

    /// The longer side: what rules mean by a size.
    public var size: Double { max(width, height) }
}

extension PlaneCalibration {
    /// How large what fills `box` is, and where it lies, the lens undone; `nil` where some of it lies beyond the plane's horizon.
    /// Complexity: O(1), some microseconds with a lens.
    public func millimetres(of box: Box) -> Millimetres? {
        // A box counts from the corner of the first pixel and not from its middle.
        let middle = SIMD2(Double(box.x + box.width / 2) - 0.5, Double(box.y + box.height / 2) - 0.5)
        guard let size = size(of: box), let place = place(middle) else { return nil }
        return Millimetres(width: size.width, height: size.height, place: place)
    }
}
