import CPixels

/// Resizes one region of images of one size to another size, with weights and buffers made once.
struct RegionResizer {
    let transform: InputTransform
    let channels: Int
    private let taps: Taps
    private var pixels: [UInt8]
    private var bilinearSums: [Int16]
    private var areaSums: [Float]

    private enum Taps {
        case bilinear(columns: [arete_bilinear_tap], rows: [arete_bilinear_tap])
        case area(columns: [arete_area_tap], rows: [arete_area_tap])
    }

    /// Area averaging serves where it is asked for and both sides shrink, bilinear interpolation otherwise.
    init(transform: InputTransform, channels: Int, filter: InputOptions.Filter) {
        self.transform = transform
        self.channels = channels
        let (source, target) = (transform.source, transform.target)
        let isArea = filter == .area && target.width <= source.width && target.height <= source.height
        taps =
            isArea
            ? .area(
                columns: Self.areaTaps(source.width, target.width, from: source.x),
                rows: Self.areaTaps(source.height, target.height, from: source.y))
            : .bilinear(
                columns: Self.bilinearTaps(source.width, target.width, keepingWeights: false, from: source.x),
                rows: Self.bilinearTaps(source.height, target.height, keepingWeights: true, from: source.y))
        pixels = [UInt8](repeating: 0, count: target.width * target.height * channels)
        bilinearSums = [Int16](repeating: 0, count: isArea ? 0 : 2 * target.width * channels)
        areaSums = [Float](repeating: 0, count: isArea ? 2 * target.width * channels : 0)
    }

    private static func bilinearTaps(
        _ source: Int, _ count: Int, keepingWeights: Bool, from start: Int
    ) -> [arete_bilinear_tap] {
        var taps = [arete_bilinear_tap](repeating: arete_bilinear_tap(), count: count)
        arete_bilinear_taps(source, count, keepingWeights ? 1 : 0, &taps)
        for index in taps.indices {
            taps[index].first += UInt32(start)
            taps[index].second += UInt32(start)
        }
        return taps
    }

    private static func areaTaps(_ source: Int, _ count: Int, from start: Int) -> [arete_area_tap] {
        var taps = [arete_area_tap](repeating: arete_area_tap(), count: count)
        arete_area_taps(source, count, &taps)
        for index in taps.indices { taps[index].first += UInt32(start) }
        return taps
    }

    /// Calls `body` with the resized pixels, packed rows, of an image of the size that `transform` was made for.
    mutating func resize(_ image: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        precondition(image.count == transform.imageWidth * transform.imageHeight * channels)
        guard let base = image.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let (width, height) = (transform.target.width, transform.target.height)
        switch taps {
        case .bilinear(let columns, let rows):
            arete_u8_resize_bilinear(
                base, transform.imageWidth, channels, columns, width, rows, height, &bilinearSums, &pixels,
                width * channels)
        case .area(let columns, let rows):
            arete_u8_resize_area(
                base, transform.imageWidth, channels, columns, width, rows, height, &areaSums, &pixels, width * channels
            )
        }
        pixels.withUnsafeBytes(body)
    }
}
