// A rectangle in pixels of a picture.

/// An axis-parallel rectangle. `x` and `y` are its top left corner; pixel (0, 0) covers 0..<1 on both axes.
public struct Box: Sendable, Equatable {
    public var x: Float
    public var y: Float
    public var width: Float
    public var height: Float

    public init(x: Float, y: Float, width: Float, height: Float) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public var right: Float { x + width }
    public var bottom: Float { y + height }

    /// The part of this box inside a picture of `width` x `height`; empty, on the border, where there is none.
    public func clipped(width: Int, height: Int) -> Box {
        let left = min(max(x, 0), Float(width))
        let top = min(max(y, 0), Float(height))
        return Box(
            x: left, y: top, width: max(min(right, Float(width)) - left, 0),
            height: max(min(bottom, Float(height)) - top, 0))
    }

    /// Intersection over union; 0 for boxes without area.
    public func overlap(with other: Box) -> Float {
        let width = min(right, other.right) - max(x, other.x)
        let height = min(bottom, other.bottom) - max(y, other.y)
        guard width > 0, height > 0 else { return 0 }
        let shared = width * height
        return shared / (self.width * self.height + other.width * other.height - shared)
    }

    /// Wider on each side by `share` of the root of its area.
    public func grown(by share: Float) -> Box {
        let margin = (width * height).squareRoot() * share
        return Box(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
    }
}
