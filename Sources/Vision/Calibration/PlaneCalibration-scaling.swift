// A plane in pictures of another size than those it was measured in.

extension PlaneCalibration {
    /// The plane in pictures of another size that show the same as those it was measured in: smaller or larger, neither cut nor stretched.
    ///
    /// Of a lens the lengths and the middle grow with the picture and the distortion stays, as OpenCV has it.
    ///
    /// - Returns: `nil` for pictures of another shape, by more than a pixel: they show another part of the view.
    public func scaled(toWidth newWidth: Int, height newHeight: Int) -> PlaneCalibration? {
        if (newWidth, newHeight) == (width, height) { return self }
        guard Lens.sides.contains(newWidth), Lens.sides.contains(newHeight) else { return nil }
        guard abs(newWidth * height - newHeight * width) <= max(width, height) else { return nil }
        let (x, y) = (Double(width) / Double(newWidth), Double(height) / Double(newHeight))
        // Corners of pictures fall together, not the middles of their first pixels.
        let back = Homography(SIMD3(x, 0, x / 2 - 0.5), SIMD3(0, y, y / 2 - 0.5), SIMD3(0, 0, 1))
        let scaledLens = lens.flatMap { $0.scaled(from: (width, height), to: (newWidth, newHeight)) }
        return PlaneCalibration(
            width: newWidth, height: newHeight, homography: homography.following(back), lens: scaledLens, board: board,
            rms: rms)
    }
}
