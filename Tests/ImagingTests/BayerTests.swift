// Mosaics of colour filters against the definition in double precision.
import TestSupport
import Testing

@testable import Imaging

@Suite struct BayerTests {
    private static let samples: [BayerFormat.Samples] = [
        .bytes, .words(bits: 10), .words(bits: 12), .words(bits: 14), .words(bits: 16), .packed10, .packed12,
    ]

    private func bits(_ samples: BayerFormat.Samples) -> Int {
        switch samples {
        case .bytes: 8
        case .words(let bits): bits
        case .packed10: 10
        case .packed12: 12
        }
    }

    /// A row of samples as it lies in memory.
    private func packed(_ row: [Int], _ samples: BayerFormat.Samples) -> [UInt8] {
        switch samples {
        case .bytes: return row.map { UInt8($0) }
        case .words: return row.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        case .packed10:
            return stride(from: 0, to: row.count, by: 4).flatMap { x -> [UInt8] in
                let low = (0..<4).reduce(0) { $0 | (row[x + $1] & 3) << (2 * $1) }
                return row[x..<x + 4].map { UInt8($0 >> 2) } + [UInt8(low)]
            }
        case .packed12:
            return stride(from: 0, to: row.count, by: 2).flatMap { x -> [UInt8] in
                let low = (row[x] & 15) | (row[x + 1] & 15) << 4
                return [UInt8(row[x] >> 4), UInt8(row[x + 1] >> 4), UInt8(low)]
            }
        }
    }

    /// Red, green or blue (0, 1, 2) of a place's filter.
    private func filter(_ pattern: BayerFormat.Pattern, _ x: Int, _ y: Int) -> Int {
        let colours: [Int] =
            switch pattern {
            case .bggr: [2, 1, 1, 0]
            case .gbrg: [1, 2, 0, 1]
            case .grbg: [1, 0, 2, 1]
            case .rggb: [0, 1, 1, 2]
            }
        return colours[y % 2 * 2 + x % 2]
    }

    /// The mean of the nearest samples of a colour, the picture mirrored at its border.
    private func exact(_ colour: Int, _ x: Int, _ y: Int, _ rows: [[Int]], _ pattern: BayerFormat.Pattern) -> Double {
        func mirrored(_ place: Int, _ count: Int) -> Int {
            place < 0 ? -place : place >= count ? 2 * count - 2 - place : place
        }
        if filter(pattern, x, y) == colour { return Double(rows[y][x]) }
        let crosses = [(-1, 0), (1, 0), (0, -1), (0, 1)].filter { filter(pattern, x + $0 + 2, y + $1 + 2) == colour }
        let places = crosses.isEmpty ? [(-1, -1), (1, -1), (-1, 1), (1, 1)] : crosses
        let values = places.map { dx, dy in
            Double(rows[mirrored(y + dy, rows.count)][mirrored(x + dx, rows[0].count)])
        }
        return values.reduce(0, +) / Double(values.count)
    }

    @Test("every mosaic is decoded as its definition says, to the last bit, inside its memory", arguments: samples)
    func definition(samples: BayerFormat.Samples) throws {
        var draw = SplitMix(state: 2026)
        let most = 1 << bits(samples) - 1
        for pattern in BayerFormat.Pattern.allCases {
            for (width, height) in [(4, 2), (8, 3), (36, 7), (132, 5)] {
                let rows = (0..<height).map { _ in (0..<width).map { _ in Int.random(in: 0...most, using: &draw) } }
                let format = try BayerFormat(pattern, samples, width: width, height: height)
                let gap = 2 * Int.random(in: 0...3, using: &draw)
                var bytes = rows.flatMap { packed($0, samples) + [UInt8](repeating: 0xA5, count: gap) }
                bytes.removeLast(gap)
                #expect(format.rowBytes == packed(rows[0], samples).count)
                let fenced = try FencedMemory(capacity: bytes.count)
                let memory = UnsafeRawBufferPointer(start: fenced.holding(bytes), count: bytes.count)
                let decoder = try BayerDecoder(format)
                let picture = try decoder.decode([memory], strides: [format.rowBytes + gap])
                let target = RawConverter.Target(width: width, height: height, colour: .rgb)
                let converter = try #require(try RawConverter(picture.format, to: target))
                let rgb = withExtendedLifetime(decoder) { converter.bytes(of: picture) }
                var wrong = 0
                for y in 0..<height {
                    for x in 0..<width {
                        for colour in 0..<3 {
                            let value = exact(colour, x, y, rows, pattern) / Double(1 << (bits(samples) - 8))
                            let byte = UInt8(min((value + 0.5).rounded(.down), 255))
                            wrong += rgb[3 * (y * width + x) + colour] == byte ? 0 : 1
                        }
                    }
                }
                #expect(wrong == 0, "\(pattern) \(width) x \(height)")
            }
        }
    }

    @Test("bits above a format's own count as the brightest")
    func tooBright() throws {
        let format = try BayerFormat(.rggb, .words(bits: 12), width: 2, height: 2)
        let words: [UInt16] = [0xFFFF, 0x1000, 0x0FFF, 0xF000]
        let decoder = try BayerDecoder(format)
        let rgb = try words.withUnsafeBytes { memory in
            let picture = try decoder.decode([memory])
            return withExtendedLifetime(decoder) {
                Array(UnsafeBufferPointer(start: picture.planes[0].start, count: 12))
            }
        }
        #expect(rgb.allSatisfy { $0 == 255 }, "\(rgb)")
    }

    @Test("bytes that are missing and sizes that cannot be are refused")
    func refused() throws {
        #expect(throws: ImageError.self) { _ = try BayerFormat(.rggb, .bytes, width: 1, height: 2) }
        #expect(throws: ImageError.self) { _ = try BayerFormat(.rggb, .bytes, width: 20_000, height: 2) }
        #expect(throws: ImageError.self) { _ = try BayerFormat(.rggb, .packed10, width: 6, height: 2) }
        #expect(throws: ImageError.self) { _ = try BayerFormat(.rggb, .packed12, width: 5, height: 2) }
        #expect(throws: ImageError.self) { _ = try BayerFormat(.rggb, .words(bits: 8), width: 4, height: 2) }
        let decoder = try BayerDecoder(BayerFormat(.rggb, .packed10, width: 8, height: 4))
        [UInt8](repeating: 0, count: 39).withUnsafeBytes { memory in
            #expect(throws: ImageError.damaged(format: "Bayer", reason: "39 bytes where 40 are needed")) {
                _ = try decoder.decode([memory])
            }
            #expect(throws: ImageError.self) { _ = try decoder.decode([memory], strides: [9]) }
            #expect(throws: ImageError.self) { _ = try decoder.decode([memory], strides: [Int.max]) }
            #expect(throws: ImageError.self) { _ = try decoder.decode([]) }
        }
    }
}
