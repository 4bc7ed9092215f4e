// A lens in pictures of another size than those it was measured in.

extension Lens {
    /// The lens in pictures that show the same, smaller or larger, neither cut nor stretched: lengths and the middle grow
    /// with the picture and the distortion stays, as OpenCV has it.
    ///
    /// - Returns: `nil` for pictures of another shape, by more than a pixel: they show another part of the view.
    public func scaled(from old: (width: Int, height: Int), to new: (width: Int, height: Int)) -> Lens? {
        if old == new { return self }
        guard Self.sides.contains(new.width), Self.sides.contains(new.height) else { return nil }
        guard abs(new.width * old.height - new.height * old.width) <= max(old.width, old.height) else { return nil }
        let (x, y) = (Double(old.width) / Double(new.width), Double(old.height) / Double(new.height))
        // Corners of pictures fall together, not the middles of their first pixels.
        return Lens(
            fx: fx / x, fy: fy / y, cx: (cx + 0.5) / x - 0.5, cy: (cy + 0.5) / y - 0.5, distortion: distortion)
    }
}
