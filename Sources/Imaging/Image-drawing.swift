// Drawing rectangles and text. Whatever lies outside the picture is left out; no position is an error.

extension Image {
    /// Paints the rectangle of columns `x ..< x + width` and rows `y ..< y + height`, `opacity` 0...255. O(painted pixels).
    public mutating func fill(x: Int, y: Int, width: Int, height: Int, colour: Colour, opacity: UInt8 = 255) {
        let columns = Self.clip(from: x, count: width, to: self.width)
        let rows = Self.clip(from: y, count: height, to: self.height)
        guard !columns.isEmpty, !rows.isEmpty else { return }
        let pixel = format.bytes(of: colour)
        let stride = stride
        let alpha = Int(opacity)
        bytes.withUnsafeMutableBufferPointer { buffer in
            for row in rows {
                var at = row * stride + columns.lowerBound * pixel.count
                for _ in columns {
                    for channel in pixel {
                        buffer[at] = UInt8((Int(channel) * alpha + Int(buffer[at]) * (255 - alpha) + 127) / 255)
                        at += 1
                    }
                }
            }
        }
    }

    /// Draws a frame whose lines lie inside the box (rounded to whole pixels) as far as it is large enough, `thickness` pixels wide.
    public mutating func stroke(_ box: Box, thickness: Int, colour: Colour) {
        let left = Self.pixel(box.x)
        let top = Self.pixel(box.y)
        let right = max(Self.pixel(box.right), left + 1)
        let bottom = max(Self.pixel(box.bottom), top + 1)
        let across = min(max(thickness, 1), right - left)
        let down = min(max(thickness, 1), bottom - top)
        fill(x: left, y: top, width: right - left, height: down, colour: colour)
        fill(x: left, y: bottom - down, width: right - left, height: down, colour: colour)
        fill(x: left, y: top, width: across, height: bottom - top, colour: colour)
        fill(x: right - across, y: top, width: across, height: bottom - top, colour: colour)
    }

    /// Draws one line of text whose first cell has its top left corner at `x`, `y`; a pixel of the font is `scale` pixels wide.
    public mutating func draw(_ text: String, x: Int, y: Int, scale: Int, colour: Colour) {
        let scale = min(max(scale, 1), 1 << 16)
        var left = x
        for character in text.unicodeScalars {
            if left >= width { break }
            for (row, bits) in BitmapFont.rows(of: character).enumerated() {
                for column in 0..<BitmapFont.glyphWidth where bits >> (BitmapFont.glyphWidth - 1 - column) & 1 == 1 {
                    fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, colour: colour)
                }
            }
            left += BitmapFont.cellWidth * scale
        }
    }

    /// Width and height of one line of text.
    public static func textSize(_ text: String, scale: Int) -> (width: Int, height: Int) {
        let count = text.unicodeScalars.count
        return (max(count * BitmapFont.cellWidth - 1, 0) * scale, (BitmapFont.cellHeight - 1) * scale)
    }

    /// The whole pixel nearest to a position; positions no picture reaches (or no number at all) stay representable.
    private static func pixel(_ position: Float) -> Int {
        position.isNaN ? 0 : Int(min(max(position.rounded(), -1e9), 1e9))
    }

    private static func clip(from start: Int, count: Int, to size: Int) -> Range<Int> {
        let (end, overflow) = start.addingReportingOverflow(max(count, 0))
        let lower = min(max(start, 0), size)
        return lower..<max(min(overflow ? size : end, size), lower)
    }
}
