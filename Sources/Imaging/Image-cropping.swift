// A part of a picture.

extension Image {
    /// The part of this picture inside `box`, rounded outwards to whole pixels; `nil` where nothing of the box lies inside.
    /// O(pixels of the part).
    public func cropped(to box: Box) -> Image? {
        guard box.x.isFinite, box.y.isFinite, box.right.isFinite, box.bottom.isFinite else { return nil }
        let inside = box.clipped(width: width, height: height)
        let (left, top) = (Int(inside.x), Int(inside.y))
        let (right, bottom) = (Int(inside.right.rounded(.up)), Int(inside.bottom.rounded(.up)))
        guard right > left, bottom > top else { return nil }
        let rowBytes = (right - left) * format.channels
        var part: [UInt8] = []
        part.reserveCapacity(rowBytes * (bottom - top))
        for row in top..<bottom {
            let start = row * stride + left * format.channels
            part += bytes[start..<start + rowBytes]
        }
        return Image(unchecked: part, width: right - left, height: bottom - top, format: format)
    }
}
