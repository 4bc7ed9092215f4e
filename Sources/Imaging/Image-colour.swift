// Conversion between grey, RGB and RGBA.

import CPixels

extension Image {
    /// This picture in another layout. Colour becomes grey by luma (ITU-R BT.601); transparency is laid over `background` and
    /// is gone, unless the target has alpha as well. O(pixels); O(1) where the layout is the same.
    public func converted(to target: PixelFormat, over background: Colour = .white) -> Image {
        let count = width * height
        switch (format, target) {
        case (.grey, .grey), (.rgb, .rgb), (.rgba, .rgba):
            return self
        case (.grey, .rgb):
            return rewritten(as: .rgb) { arete_u8_grey_to_rgb($0, $1, count) }
        case (.rgb, .grey):
            return rewritten(as: .grey) { arete_u8_rgb_to_grey($0, $1, count) }
        case (.rgb, .rgba):
            return rewritten(as: .rgba) { arete_u8_rgb_to_rgba($0, $1, count) }
        case (.rgba, .rgb):
            let paper = PixelFormat.rgb.bytes(of: background)
            return rewritten(as: .rgb) { arete_u8_rgba_over($0, paper, $1, count) }
        case (.grey, .rgba), (.rgba, .grey):
            return converted(to: .rgb, over: background).converted(to: target)
        }
    }

    /// Red and blue change places, for what wants BGR. A grey picture stays as it is.
    public func swappingRedAndBlue() -> Image {
        guard format != .grey else { return self }
        var result = self
        arete_u8_swap_red_blue(&result.bytes, width * height, format.channels)
        return result
    }

    private func rewritten(
        as target: PixelFormat, by convert: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    ) -> Image {
        Image.filled(width: width, height: height, format: target) { convert(bytes, $0) }
    }
}
