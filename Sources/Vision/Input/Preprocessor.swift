import Imaging

/// Turns images and cameras' pictures into a model's input: a part of the image, resized, converted and written in place.
///
/// Keeps its buffers: images of the size of the one before cost no allocation. Not for several threads at once.
public final class Preprocessor {
    public let specification: InputSpecification
    private let encoder: InputEncoder
    private let rawEncoder: RawEncoder
    private var resizer: RegionResizer?

    public init(_ specification: InputSpecification) {
        self.specification = specification
        encoder = InputEncoder(specification)
        rawEncoder = RawEncoder(specification, encoder)
    }

    /// Fills `input`, which has the size of the model's input, and returns where the image went. An image with alpha is laid over
    /// white. Complexity: O(input + image pixels).
    /// - Throws: `VisionError.input` when the memory has another size.
    public func fill(_ input: UnsafeMutableRawBufferPointer, from image: Image) throws(VisionError) -> InputTransform {
        try check(input)
        guard image.format != .rgba else { return try fill(input, from: image.converted(to: .rgb)) }
        let transform = InputTransform(imageWidth: image.width, imageHeight: image.height, specification: specification)
        image.bytes.withUnsafeBytes { fill(input, from: $0, channels: image.format.channels, transform) }
        return transform
    }

    /// The same from a camera's picture, resized, coloured and written in one pass over it where the model takes bytes.
    ///
    /// Bytes differ by a few levels from those of the same picture as an image: weights of resizing have 7 bits here.
    /// - Parameters:
    ///   - size: what the picture shows, where it was decoded at less than that: boxes will be in pixels of `size`.
    ///   - range: the words that become black and white, of pictures with more than 8 bits; all that their bits hold unless said.
    /// - Throws: `VisionError.input` when the memory has another size.
    public func fill(
        _ input: UnsafeMutableRawBufferPointer, from picture: RawPicture, of size: (width: Int, height: Int)? = nil,
        range: ClosedRange<UInt16>? = nil
    ) throws(VisionError) -> InputTransform {
        try check(input)
        let format = picture.format
        let size = size ?? (format.width, format.height)
        let transform = InputTransform(imageWidth: size.width, imageHeight: size.height, specification: specification)
        do {
            let part = try picture.part(transform)
            let (width, height) = (part.format.width, part.format.height)
            let target = transform.target
            let isArea = specification.filter == .area && target.width <= width && target.height <= height
            if !isArea, try rawEncoder.encode(part, range: range, target: target, into: input) { return transform }
            let channels = format.isGrey || specification.colour == .grey ? 1 : 3
            let own = InputTransform(imageWidth: width, imageHeight: height, target: target)
            try rawEncoder.withPixels(of: part, range: range, channels: channels) { pixels in
                fill(input, from: pixels, channels: channels, own)
            }
            return transform
        } catch {
            throw .input(reason: "\(format.width) x \(format.height) pixels: \(error)")
        }
    }

    /// How large a picture of `size` must be decoded at least to lose nothing that the model would see.
    public func leastSize(of size: (width: Int, height: Int)) -> (width: Int, height: Int) {
        let transform = InputTransform(imageWidth: size.width, imageHeight: size.height, specification: specification)
        func scaled(_ whole: Int, _ target: Int, _ source: Int) -> Int { (whole * target + source - 1) / source }
        return (
            scaled(size.width, transform.target.width, transform.source.width),
            scaled(size.height, transform.target.height, transform.source.height)
        )
    }

    private func check(_ input: UnsafeMutableRawBufferPointer) throws(VisionError) {
        guard input.count == specification.type.byteCount else {
            throw .input(reason: "\(specification.type) has \(specification.type.byteCount) bytes, not \(input.count)")
        }
    }

    /// From packed rows of 8-bit grey or RGB pixels of an image of the size that `transform` names.
    private func fill(
        _ input: UnsafeMutableRawBufferPointer, from bytes: UnsafeRawBufferPointer, channels: Int,
        _ transform: InputTransform
    ) {
        let (source, target) = (transform.source, transform.target)
        let stride = transform.imageWidth * channels
        if source.width == target.width, source.height == target.height {
            let part = UnsafeRawBufferPointer(rebasing: bytes[(source.y * stride + source.x * channels)...])
            encoder.encode(
                InputEncoder.Pixels(bytes: part, channels: channels, stride: stride), target: target, into: input)
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
}

extension RawPicture {
    /// What `transform` uses of the picture, which may be smaller than what it shows.
    fileprivate func part(_ transform: InputTransform) throws(ImageError) -> RawPicture {
        let source = transform.source
        guard source.width < transform.imageWidth || source.height < transform.imageHeight else { return self }
        func scaled(_ place: Int, _ to: Int, _ from: Int) -> Int { place * to / from }
        let left = scaled(source.x, format.width, transform.imageWidth)
        let top = scaled(source.y, format.height, transform.imageHeight)
        let right = scaled(source.x + source.width, format.width, transform.imageWidth)
        let bottom = scaled(source.y + source.height, format.height, transform.imageHeight)
        return try cropped(x: left, y: top, width: right - left, height: bottom - top)
    }
}
