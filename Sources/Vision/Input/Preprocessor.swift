import Imaging

/// Turns images into a model's input: a part of the image, resized, converted and written in place.
///
/// Keeps its buffers: images of the size of the one before cost no allocation. Not for several threads at once.
public final class Preprocessor {
    public let specification: InputSpecification
    private let encoder: InputEncoder
    private var resizer: RegionResizer?

    public init(_ specification: InputSpecification) {
        self.specification = specification
        encoder = InputEncoder(specification)
    }

    /// Fills `input`, which has the size of the model's input, and returns where the image went. An image with alpha is laid over
    /// white. Complexity: O(input + image pixels).
    /// - Throws: `VisionError.input` when the memory has another size.
    public func fill(_ input: UnsafeMutableRawBufferPointer, from image: Image) throws(VisionError) -> InputTransform {
        guard input.count == specification.type.byteCount else {
            throw .input(reason: "\(specification.type) has \(specification.type.byteCount) bytes, not \(input.count)")
        }
        guard image.format != .rgba else { return try fill(input, from: image.converted(to: .rgb)) }
        let transform = InputTransform(imageWidth: image.width, imageHeight: image.height, specification: specification)
        let (source, target) = (transform.source, transform.target)
        let channels = image.format.channels
        image.bytes.withUnsafeBytes { bytes in
            if source.width == target.width, source.height == target.height {
                let part = UnsafeRawBufferPointer(rebasing: bytes[(source.y * image.stride + source.x * channels)...])
                let pixels = InputEncoder.Pixels(bytes: part, channels: channels, stride: image.stride)
                encoder.encode(pixels, target: target, into: input)
                return
            }
            if resizer?.transform != transform || resizer?.channels != channels {
                resizer = RegionResizer(transform: transform, channels: channels, filter: specification.filter)
            }
            resizer?.resize(bytes) { resized in
                let pixels = InputEncoder.Pixels(bytes: resized, channels: channels, stride: target.width * channels)
                encoder.encode(pixels, target: target, into: input)
            }
        }
        return transform
    }
}
