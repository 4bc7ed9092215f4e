// A picture in a frame of given size, its proportions kept.

extension Image {
    /// This picture scaled to fit into `width` x `height`, the rest filled with `pad`, and the map back. O(source + target pixels).
    public func letterboxed(
        width: Int, height: Int, pad: Colour = Colour(red: 114, green: 114, blue: 114),
        placement: LetterboxPlacement = .centre, filter: ResizeFilter = .bilinear
    ) throws(ImageError) -> (image: Image, transform: LetterboxTransform) {
        let transform = try LetterboxTransform(
            sourceWidth: self.width, sourceHeight: self.height, width: width, height: height, placement: placement)
        var target = try Image(width: width, height: height, format: format, filledWith: pad)
        let stride = target.stride
        let offset = transform.top * stride + transform.left * format.channels
        target.bytes.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            resize(
                to: base + offset, width: transform.contentWidth, height: transform.contentHeight, stride: stride,
                filter: filter)
        }
        return (target, transform)
    }
}
