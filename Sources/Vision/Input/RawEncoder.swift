import Imaging

/// Writes cameras' pictures into a model's input: straight there where its bytes are pixels, else by way of pixels of its size.
final class RawEncoder {
    private let specification: InputSpecification
    private let encoder: InputEncoder
    private var converter: RawConverter?
    private var whole: RawConverter?
    private var pixels: [UInt8] = []

    init(_ specification: InputSpecification, _ encoder: InputEncoder) {
        self.specification = specification
        self.encoder = encoder
    }

    /// Fills `input` with `picture` on the rectangle `target` and the pad value elsewhere; `false` where the picture is squeezed too much for
    /// one pass, and nothing was written. Complexity: O(picture + input pixels).
    func encode(
        _ picture: RawPicture, range: ClosedRange<UInt16>?, target: InputTransform.Region,
        into input: UnsafeMutableRawBufferPointer
    ) throws(ImageError) -> Bool {
        let isPlanar = specification.layout == .nchw && specification.channels == 3
        let flip = encoder.table.flip
        let form = RawConverter.Target(
            width: target.width, height: target.height,
            colour: specification.channels == 1 ? .grey : flip != nil && specification.colour == .bgr ? .bgr : .rgb,
            isPlanar: flip != nil && isPlanar, isSigned: flip == 128)
        guard let converter = try Self.kept(&converter, picture.format, form) else { return false }
        converter.setRange(range)
        guard let flip else {
            convert(picture, with: converter) { encoder.encode($0, target: target, into: input) }
            return true
        }
        let memory = input.assumingMemoryBound(to: UInt8.self)
        let pixel = isPlanar ? 1 : specification.channels
        let (stride, plane) = (specification.width * pixel, specification.width * specification.height)
        for start in isPlanar ? [0, plane, 2 * plane] : [0] {
            pad(memory, from: start, stride: stride, pixel: pixel, round: target, with: specification.pad ^ flip)
        }
        guard let first = memory.baseAddress else { return false }
        converter.convert(
            picture, to: first + target.y * stride + target.x * pixel, stride: stride, planeStride: plane)
        return true
    }

    /// Hands `body` the picture as packed rows of grey or RGB pixels, at its own size.
    func withPixels(
        of picture: RawPicture, range: ClosedRange<UInt16>?, channels: Int, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ImageError) {
        let format = picture.format
        let form = RawConverter.Target(
            width: format.width, height: format.height, colour: channels == 1 ? .grey : .rgb)
        guard let whole = try Self.kept(&whole, format, form) else {
            throw .invalidSize(width: format.width, height: format.height, bytes: 0)
        }
        whole.setRange(range)
        convert(picture, with: whole) { body($0.bytes) }
    }

    private func convert(_ picture: RawPicture, with converter: RawConverter, _ body: (InputEncoder.Pixels) -> Void) {
        let target = converter.target
        let channels = target.colour == .grey ? 1 : 3
        let (stride, count) = (target.width * channels, target.width * target.height * channels)
        if pixels.count < count { pixels = [UInt8](repeating: 0, count: count) }
        pixels.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            converter.convert(picture, to: base, stride: stride)
            body(
                InputEncoder.Pixels(
                    bytes: UnsafeRawBufferPointer(start: base, count: count), channels: channels, stride: stride))
        }
    }

    /// The converter of the picture before where that serves again.
    private static func kept(
        _ converter: inout RawConverter?, _ format: RawFormat, _ target: RawConverter.Target
    ) throws(ImageError) -> RawConverter? {
        if let converter, converter.format == format, converter.target == target { return converter }
        converter = try RawConverter(format, to: target)
        return converter
    }

    /// Fills what lies round `target`, in one plane or in interleaved pixels.
    private func pad(
        _ memory: UnsafeMutableBufferPointer<UInt8>, from start: Int, stride: Int, pixel: Int,
        round target: InputTransform.Region, with value: UInt8
    ) {
        func fill(_ range: Range<Int>) {
            UnsafeMutableBufferPointer(rebasing: memory[range]).update(repeating: value)
        }
        fill(start..<start + target.y * stride)
        let bottom = target.y + target.height
        fill(start + bottom * stride..<start + specification.height * stride)
        guard target.width < specification.width else { return }
        for y in target.y..<bottom {
            let row = start + y * stride
            fill(row..<row + target.x * pixel)
            fill(row + (target.x + target.width) * pixel..<row + stride)
        }
    }
}
