/// A rectangle by its sides, in pixels of the model's input: what decoders compute in.
struct Corners: Hashable, Sendable {
    var left: Float
    var top: Float
    var right: Float
    var bottom: Float

    init(left: Float, top: Float, right: Float, bottom: Float) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    init(centreX: Float, centreY: Float, width: Float, height: Float) {
        self.init(
            left: centreX - width / 2, top: centreY - height / 2, right: centreX + width / 2,
            bottom: centreY + height / 2)
    }

    var area: Float { (right - left) * (bottom - top) }

    /// Finite, and with something inside.
    var isProper: Bool {
        left.isFinite && top.isFinite && right.isFinite && bottom.isFinite && right > left && bottom > top
            && area.isFinite
    }

    /// The shared area over the joint area, 0...1.
    func overlap(with other: Corners) -> Float {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        guard width > 0, height > 0 else { return 0 }
        let shared = width * height
        return shared / (area + other.area - shared)
    }

    func scaled(x: Float, y: Float) -> Corners {
        Corners(left: left * x, top: top * y, right: right * x, bottom: bottom * y)
    }
}
