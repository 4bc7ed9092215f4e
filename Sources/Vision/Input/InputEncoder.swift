/// Writes pixels into a model's input: channel order, layout, numbers and padding in one pass.
struct InputEncoder: Sendable {
    private let specification: InputSpecification
    let table: PixelTable
    private let isPlainCopy: Bool

    init(_ specification: InputSpecification) {
        self.specification = specification
        table = PixelTable(specification)
        isPlainCopy = table.flip == 0 && (specification.layout == .nhwc || specification.channels == 1)
    }

    /// Pixels of 8 bits, 1 or 3 interleaved channels (grey or RGB).
    struct Pixels {
        let bytes: UnsafeRawBufferPointer
        let channels: Int
        /// Bytes from a row to the next.
        let stride: Int
    }

    /// Fills `input` with `pixels` on the rectangle `target` and the pad value elsewhere. `pixels` has at least the rows and
    /// columns of `target`, `input` the size of the input. Complexity: O(size of the input).
    func encode(_ pixels: Pixels, target: InputTransform.Region, into input: UnsafeMutableRawBufferPointer) {
        precondition(input.count == specification.type.byteCount)
        precondition(target.x >= 0 && target.y >= 0 && target.width > 0 && target.height > 0)
        precondition(target.x + target.width <= specification.width && target.y + target.height <= specification.height)
        precondition((target.height - 1) * pixels.stride + target.width * pixels.channels <= pixels.bytes.count)
        let keepsChannels = specification.colour != .bgr && pixels.channels == specification.channels
        if isPlainCopy, keepsChannels { return copy(pixels, target: target, into: input) }
        switch table {
        case .bytes(let table): encode(pixels, target, table, input)
        case .halfwords(let table): encode(pixels, target, table, input)
        case .words(let table): encode(pixels, target, table, input)
        }
    }

    private func copy(_ pixels: Pixels, target: InputTransform.Region, into input: UnsafeMutableRawBufferPointer) {
        let channels = specification.channels
        let row = specification.width * channels
        if target.width < specification.width || target.height < specification.height {
            input.initializeMemory(as: UInt8.self, repeating: specification.pad)
        }
        for y in 0..<target.height {
            let source = pixels.bytes[y * pixels.stride..<y * pixels.stride + target.width * channels]
            let start = (target.y + y) * row + target.x * channels
            UnsafeMutableRawBufferPointer(rebasing: input[start..<start + target.width * channels]).copyBytes(
                from: source)
        }
    }

    private func encode<T: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: Pixels, _ target: InputTransform.Region, _ table: [T], _ input: UnsafeMutableRawBufferPointer
    ) {
        let (width, height, channels) = (specification.width, specification.height, specification.channels)
        let isPlanar = specification.layout == .nchw
        let pixelStep = isPlanar ? 1 : channels
        let channelStep = isPlanar ? width * height : 1
        let isLuma = channels == 1 && pixels.channels == 3
        table.withUnsafeBufferPointer { table in
            guard let output = input.baseAddress?.assumingMemoryBound(to: T.self), let source = pixels.bytes.baseAddress
            else {
                return
            }
            for channel in 0..<channels {
                let numbers = UnsafeBufferPointer(rebasing: table[256 * channel..<256 * channel + 256])
                let pad = numbers[Int(specification.pad)]
                let place = pixels.channels == 1 ? 0 : specification.colour == .bgr ? 2 - channel : channel
                for y in 0..<height {
                    let row = output + channel * channelStep + y * width * pixelStep
                    guard y >= target.y, y < target.y + target.height else {
                        for x in 0..<width { row[x * pixelStep] = pad }
                        continue
                    }
                    for x in 0..<target.x { row[x * pixelStep] = pad }
                    for x in target.x + target.width..<width { row[x * pixelStep] = pad }
                    let line = (source + (y - target.y) * pixels.stride).assumingMemoryBound(to: UInt8.self)
                    let first = row + target.x * pixelStep
                    if isLuma {
                        for x in 0..<target.width {
                            first[x * pixelStep] = numbers[Self.luma(line[3 * x], line[3 * x + 1], line[3 * x + 2])]
                        }
                    } else {
                        let step = pixels.channels
                        for x in 0..<target.width { first[x * pixelStep] = numbers[Int(line[x * step + place])] }
                    }
                }
            }
        }
    }

    /// Luma of ITU-R BT.601, rounded to nearest.
    private static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
        (Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471 + 32768) >> 16
    }
}
