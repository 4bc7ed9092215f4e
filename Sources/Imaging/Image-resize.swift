// Resizing.

import CPixels

/// How resizing finds a target pixel's value.
public enum ResizeFilter: Sendable, Equatable, CaseIterable {
    /// Bilinear between pixel centres, with the bits of OpenCV's `INTER_LINEAR`: what most models were trained and measured with.
    case bilinear
    /// The mean of the area a target pixel covers, which keeps thin lines when shrinking; bilinear along a side that grows.
    case area
}

extension Image {
    /// This picture at another size. Throws where the size is not positive or beyond `ImageLimits`. O(source + target pixels).
    public func resized(width: Int, height: Int, filter: ResizeFilter = .bilinear) throws(ImageError) -> Image {
        try ImageLimits().check(width: width, height: height)
        if width == self.width, height == self.height { return self }
        return Image.filled(width: width, height: height, format: format) {
            resize(to: $0, width: width, height: height, stride: width * format.channels, filter: filter)
        }
    }

    /// Resizes into memory of `height` rows of `stride` bytes.
    func resize(to target: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int, filter: ResizeFilter) {
        if width == self.width, height == self.height {
            for row in 0..<height {
                bytes.withUnsafeBufferPointer { source in
                    guard let base = source.baseAddress else { return }
                    (target + row * stride).update(from: base + row * self.stride, count: self.stride)
                }
            }
            return
        }
        guard filter == .area, width < self.width || height < self.height else {
            return resizeBilinear(to: target, width: width, height: height, stride: stride)
        }
        if width > self.width || height > self.height {
            // One side shrinks: by area, along that side alone; then the other grows.
            let (narrow, low) = (min(width, self.width), min(height, self.height))
            let shrunk = Image.filled(width: narrow, height: low, format: format) {
                resizeArea(to: $0, width: narrow, height: low, stride: narrow * format.channels)
            }
            return shrunk.resizeBilinear(to: target, width: width, height: height, stride: stride)
        }
        resizeArea(to: target, width: width, height: height, stride: stride)
    }

    private func resizeBilinear(to target: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int) {
        let channels = format.channels
        let columns = Self.taps(width) { arete_bilinear_taps(self.width, width, 0, $0) }
        let rows = Self.taps(height) { arete_bilinear_taps(self.height, height, 1, $0) }
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: 2 * width * channels) { scratch in
            arete_u8_resize_bilinear(
                bytes, self.width, channels, columns, width, rows, height, scratch.baseAddress, target, stride)
        }
    }

    private func resizeArea(to target: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int) {
        let channels = format.channels
        let columns = Self.taps(width) { arete_area_taps(self.width, width, $0) }
        let rows = Self.taps(height) { arete_area_taps(self.height, height, $0) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width * channels) { scratch in
            arete_u8_resize_area(
                bytes, self.width, channels, columns, width, rows, height, scratch.baseAddress, target, stride)
        }
    }

    private static func taps<Tap>(_ size: Int, by fill: (UnsafeMutablePointer<Tap>) -> Void) -> [Tap] {
        [Tap](unsafeUninitializedCapacity: size) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            fill(base)
            count = size
        }
    }
}
