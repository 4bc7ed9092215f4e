// A rectangle in the arithmetic of COCO's evaluation: double precision, position and size.
import Imaging

/// An axis-parallel rectangle in pixels; `x`, `y` is its top left corner.
public struct Rectangle: Hashable, Sendable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public init(_ box: Box) {
        // The numbers that JSON says, so that whoever reads them there finds the same overlaps.
        func written(_ value: Float) -> Double { Double(String(describing: value)) ?? Double(value) }
        self.init(x: written(box.x), y: written(box.y), width: written(box.width), height: written(box.height))
    }

    public var area: Double { width * height }

    /// The rectangle in the precision that drawing wants.
    public var box: Box { Box(x: Float(x), y: Float(y), width: Float(width), height: Float(height)) }

    /// The shared area over the joint area, 0...1; over this rectangle's own area where the other one is a region of a crowd.
    func overlap(with truth: Rectangle, isCrowd: Bool) -> Double {
        let sharedWidth = min(x + width, truth.x + truth.width) - max(x, truth.x)
        let sharedHeight = min(y + height, truth.y + truth.height) - max(y, truth.y)
        guard sharedWidth > 0, sharedHeight > 0 else { return 0 }
        let shared = sharedWidth * sharedHeight
        return shared / (isCrowd ? area : area + truth.area - shared)
    }
}
