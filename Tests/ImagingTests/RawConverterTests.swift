// Raw pictures against the definition of their formats in double precision.
import CPixels
import TestSupport
import Testing

@testable import Imaging

@Suite struct RawConverterTests {
    private static let layouts: [RawFormat.Layout] = [
        .grey, .words(bits: 10), .words(bits: 12), .words(bits: 16), .rgb, .bgr, .yuyv, .uyvy, .yvyu, .nv12, .nv21,
        .nv16,
        .nv61, .nv24, .nv42, .yu12, .yv12, .yuv422, .yuv444,
    ]

    /// A picture whose rows are `gap` bytes longer than their pixels, all in one piece before a fence.
    private struct Sample {
        let format: RawFormat
        let bytes: [UInt8]
        let strides: [Int]
        private let memory: FencedMemory
        private let start: UnsafePointer<UInt8>

        init(_ format: RawFormat, gap: Int, _ draw: inout SplitMix) throws {
            self.format = format
            let strides = format.planes.map { $0.rowBytes * (format.width + gap) / format.width }
            self.strides = strides
            let count = zip(strides, format.planes).reduce(0) { $0 + $1.0 * $1.1.rows }
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &draw) }
            // Smooth along rows, as pictures are, but for a few edges.
            for index in 4..<count where index % 37 != 0 { bytes[index] = bytes[index - 4] &+ bytes[index] % 7 &- 3 }
            self.bytes = bytes
            // The last row ends with its pixels.
            let used = count - (strides.last ?? 0) + (format.planes.last?.rowBytes ?? 0)
            memory = try FencedMemory(capacity: count + 4096)
            start = memory.holding(Array(bytes.prefix(used + used % 2)))
            self.used = used
        }

        private let used: Int
        var picture: RawPicture {
            get throws(ImageError) {
                try RawPicture(format, [UnsafeRawBufferPointer(start: start, count: used)], strides: [strides[0]])
            }
        }

        private func byte(_ plane: Int, _ x: Int, _ y: Int) -> Double {
            Double(bytes[offset(plane) + y * strides[plane] + x])
        }

        private func offset(_ plane: Int) -> Int {
            (0..<plane).reduce(0) { $0 + strides[$1] * format.planes[$1].rows }
        }

        /// Grey, or red green blue, or Y Cb Cr at pixel centres of luma.
        var channels: [(Int, Int) -> Double] {
            let chromaX = { (x: Int) in x / format.sharedAcross }
            let chromaY = { (y: Int) in y / format.sharedDown }
            switch format.layout {
            case .grey: return [{ byte(0, $0, $1) }]
            case .words(let bits):
                return [
                    {
                        min(
                            ((byte(0, 2 * $0, $1) + 256 * byte(0, 2 * $0 + 1, $1)) / Double(1 << (bits - 8))).rounded(
                                .down), 255)
                    }
                ]
            case .rgb: return (0..<3).map { c in { byte(0, 3 * $0 + c, $1) } }
            case .bgr: return (0..<3).map { c in { byte(0, 3 * $0 + 2 - c, $1) } }
            case .yuyv, .yvyu:
                let cb = format.layout == .yuyv ? 1 : 3
                return [
                    { byte(0, 2 * $0, $1) }, { byte(0, $0 / 2 * 4 + cb, $1) }, { byte(0, $0 / 2 * 4 + 4 - cb, $1) },
                ]
            case .uyvy:
                return [{ byte(0, 2 * $0 + 1, $1) }, { byte(0, $0 / 2 * 4, $1) }, { byte(0, $0 / 2 * 4 + 2, $1) }]
            case .nv12, .nv21, .nv16, .nv61, .nv24, .nv42:
                let cb = [.nv12, .nv16, .nv24].contains(format.layout) ? 0 : 1
                return [
                    { byte(0, $0, $1) }, { byte(1, 2 * chromaX($0) + cb, chromaY($1)) },
                    { byte(1, 2 * chromaX($0) + 1 - cb, chromaY($1)) },
                ]
            case .yu12, .yv12, .yuv422, .yuv444:
                let cb = format.layout == .yv12 ? 2 : 1
                return [
                    { byte(0, $0, $1) }, { byte(cb, chromaX($0), chromaY($1)) },
                    { byte(3 - cb, chromaX($0), chromaY($1)) },
                ]
            }
        }
    }

    /// Bilinear between pixel centres, edges repeated.
    private func value(
        _ channel: (Int, Int) -> Double, _ x: Int, _ y: Int, from: (Int, Int), to: (Int, Int)
    ) -> Double {
        func split(_ place: Int, _ length: Int, _ count: Int) -> (Int, Int, Double) {
            let exact = min(max((Double(place) + 0.5) * Double(length) / Double(count) - 0.5, 0), Double(length - 1))
            let first = Int(exact)
            return (first, min(first + 1, length - 1), exact - Double(first))
        }
        let (x0, x1, a) = split(x, from.0, to.0)
        let (y0, y1, b) = split(y, from.1, to.1)
        return (channel(x0, y0) * (1 - a) + channel(x1, y0) * a) * (1 - b)
            + (channel(x0, y1) * (1 - a) + channel(x1, y1) * a) * b
    }

    /// Red, green and blue or grey of a target pixel; chroma is interpolated on its own grid.
    private func exact(_ sample: Sample, _ target: RawConverter.Target, _ x: Int, _ y: Int) -> [Double] {
        let format = sample.format
        let (width, height) = (format.width, format.height)
        let keeps = width == target.width && height == target.height
        let to = (target.width, target.height)
        var values = sample.channels.enumerated().map { index, channel in
            if index == 0 || !format.isYUV || keeps { return value(channel, x, y, from: (width, height), to: to) }
            let (across, down) = (format.sharedAcross, format.sharedDown)
            return value({ channel($0 * across, $1 * down) }, x, y, from: (width / across, height / down), to: to)
        }
        if format.isYUV {
            let (red, blue) = format.matrix.standard.shares
            let full = format.matrix.isFullRange
            let luma = (values[0] - (full ? 0 : 16)) * (full ? 1 : 255.0 / 219)
            if target.colour == .grey {
                values = [luma]
            } else {
                let cb = (values[1] - 128) * (full ? 1 : 255.0 / 224), cr = (values[2] - 128) * (full ? 1 : 255.0 / 224)
                let r = luma + 2 * (1 - red) * cr, b = luma + 2 * (1 - blue) * cb
                values = [r, (luma - red * r - blue * b) / (1 - red - blue), b]
            }
        } else if target.colour == .grey, values.count == 3 {
            values = [0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2]]
        } else if target.colour != .grey, values.count == 1 {
            values = [values[0], values[0], values[0]]
        }
        return values.map { min(max($0, 0), 255) }
    }

    private func convert(_ sample: Sample, _ target: RawConverter.Target, _ rows: UnsafePointer<arete_camera_rows>)
        throws
        -> [UInt8]
    {
        let converter = try #require(try RawConverter(sample.format, to: target, kernels: rows))
        let plane = target.width * target.height
        var bytes = [UInt8](repeating: 0xA5, count: plane * target.channels)
        let picture = try sample.picture
        bytes.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            converter.convert(
                picture, to: base, stride: target.width * (target.isPlanar ? 1 : target.channels), planeStride: plane)
        }
        return bytes
    }

    private func sets() -> [UnsafePointer<arete_camera_rows>] {
        [arete_camera_rows_avx2(), arete_camera_rows_avx512()].compactMap { $0 }
    }

    @Test(
        "every layout is converted as its definition says, to every target, alike on every processor",
        arguments: layouts)
    func definition(layout: RawFormat.Layout) throws {
        var draw = SplitMix(state: 7)
        let sizes = [
            ((64, 48), (64, 48)), ((96, 64), (48, 32)), ((70, 50), (45, 33)), ((40, 30), (77, 61)),
            ((64, 40), (64, 25)), ((66, 40), (33, 40)),
        ]
        for (from, to) in sizes {
            let matrix = YUVMatrix(
                YUVMatrix.Standard.allCases.randomElement(using: &draw) ?? .bt601,
                isFullRange: Bool.random(using: &draw))
            let format = try RawFormat(layout, width: from.0, height: from.1, matrix: matrix)
            let sample = try Sample(format, gap: Int.random(in: 0...3, using: &draw) * 2, &draw)
            for colour in [RawConverter.Target.Colour.grey, .rgb, .bgr] {
                let target = RawConverter.Target(
                    width: to.0, height: to.1, colour: colour, isPlanar: Bool.random(using: &draw),
                    isSigned: Bool.random(using: &draw))
                let ours = try convert(sample, target, arete_camera_rows_scalar())
                for rows in sets() { #expect(try convert(sample, target, rows) == ours, "\(layout) \(from) \(target)") }
                // Of bytes rounded twice and weights in 1/128; the matrix doubles what chroma is off by.
                let limit = from == to ? 1.0 : format.isYUV ? 4.5 : 2.5
                var worst = 0.0
                var bias = 0.0
                var count = 0.0
                for y in stride(from: 0, to: to.1, by: 3) {
                    for x in stride(from: y % 5, to: to.0, by: 5) {
                        for (channel, exact) in exact(sample, target, x, y).enumerated() {
                            let place = colour == .bgr ? 2 - channel : channel
                            let index =
                                target.isPlanar
                                ? (place * to.1 + y) * to.0 + x : (y * to.0 + x) * target.channels + place
                            let byte = target.isSigned ? ours[index] ^ 128 : ours[index]
                            worst = max(worst, abs(Double(byte) - exact))
                            bias += Double(byte) - exact
                            count += 1
                        }
                    }
                }
                // Means of two pixels cut halves off: of luma, and of chroma in pairs where each pixel has its own.
                let leaning = [.nv24, .nv42].contains(layout) ? 0.45 : 0.35
                #expect(
                    abs(bias / count) < leaning,
                    "\(layout) \(from) to \(target), \(matrix): \(bias / count) on the mean")
                #expect(worst <= limit, "\(layout) \(from) to \(target), \(matrix): \(worst)")
            }
        }
    }

    @Test("bytes that are missing, rows that overlap and sizes that cannot be are refused")
    func refused() throws {
        let format = try RawFormat(.nv12, width: 64, height: 48)
        let bytes = [UInt8](repeating: 0, count: format.byteCount)
        #expect(format.byteCount == 64 * 48 * 3 / 2)
        try bytes.withUnsafeBytes { memory in
            _ = try RawPicture(format, [memory])
            #expect(throws: ImageError.damaged(format: "raw", reason: "4607 bytes where 4608 are needed")) {
                _ = try RawPicture(format, [UnsafeRawBufferPointer(rebasing: memory.dropLast())])
            }
            #expect(throws: ImageError.self) { _ = try RawPicture(format, [memory], strides: [63]) }
            #expect(throws: ImageError.self) { _ = try RawPicture(format, [memory, memory, memory]) }
            #expect(throws: ImageError.self) { _ = try RawPicture(format, []) }
        }
        #expect(throws: ImageError.self) { _ = try RawFormat(.yuyv, width: 63, height: 48) }
        #expect(throws: ImageError.self) { _ = try RawFormat(.nv12, width: 64, height: 47) }
        #expect(throws: ImageError.self) { _ = try RawFormat(.grey, width: 0, height: 48) }
        #expect(throws: ImageError.self) { _ = try RawFormat(.words(bits: 8), width: 4, height: 4) }
        #expect(try RawConverter(format, to: .init(width: 8, height: 8, colour: .rgb)) == nil)
    }

    @Test("a range of words is stretched over all bytes")
    func range() throws {
        let format = try RawFormat(.words(bits: 16), width: 32, height: 1)
        let words = (0..<32).map { UInt16(7000 + 100 * $0) }
        let converter = try #require(try RawConverter(format, to: .init(width: 32, height: 1, colour: .grey)))
        converter.setRange(7500...9500)
        var out = [UInt8](repeating: 0, count: 32)
        try words.withUnsafeBytes { memory in
            let picture = try RawPicture(format, [memory])
            out.withUnsafeMutableBufferPointer { buffer in
                if let base = buffer.baseAddress { converter.convert(picture, to: base, stride: 32) }
            }
        }
        for (word, byte) in zip(words, out) {
            let exact = min(max((Double(word) - 7500) / 2000 * 255, 0), 255)
            #expect(abs(Double(byte) - exact) <= 1, "\(word)")
        }
        #expect(out[5] == 0 && out[25] == 255)
    }
}
