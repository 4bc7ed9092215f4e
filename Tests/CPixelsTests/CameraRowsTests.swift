// Every row kernel of every instruction set against the portable one, bit for bit, in memory whose end may not be passed.
import CPixels
import TestSupport
import Testing

extension SplitMix {
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

/// The sets of row kernels that this machine runs beside the portable one.
let vectorRows: [(name: String, rows: arete_camera_rows)] = [
    ("avx2", arete_camera_rows_avx2()), ("avx512", arete_camera_rows_avx512()),
].compactMap { name, rows in rows.map { (name, $0.pointee) } }
let portableRows = arete_camera_rows_scalar().pointee

/// Matrices of BT.601 and BT.709, limited and full range.
let matrices = [
    arete_yuv_matrix(luma_offset: 16, luma: 9539, red_cr: 6537, green_cb: 1605, green_cr: 3330, blue_cb: 8263),
    arete_yuv_matrix(luma_offset: 0, luma: 8192, red_cr: 5743, green_cb: 1410, green_cr: 2925, blue_cb: 7258),
    arete_yuv_matrix(luma_offset: 16, luma: 9539, red_cr: 7343, green_cb: 873, green_cr: 2183, blue_cb: 8652),
]

@Suite struct CameraRowsTests {
    /// Runs one kernel of each set on the same inputs, each before a fence, and compares all that it wrote.
    private func compare(
        _ name: String, seed: UInt64, inputs: [Int], outputs: [Int],
        _ run: (arete_camera_rows, [UnsafePointer<UInt8>], [UnsafeMutablePointer<UInt8>]) -> Void
    ) throws {
        var draw = SplitMix(state: seed)
        let sources = try inputs.map { count in
            let memory = try FencedMemory(capacity: 8192)
            return (memory, memory.holding(draw.bytes(count)))
        }
        let targets = try outputs.map { _ in try FencedMemory(capacity: 8192) }
        func written(_ rows: arete_camera_rows) -> [[UInt8]] {
            // Each target is filled inside the next one's closure, so that all are there when the kernel runs.
            func fill(_ index: Int, _ pointers: [UnsafeMutablePointer<UInt8>]) -> [[UInt8]] {
                guard index < outputs.count else {
                    run(rows, sources.map { $0.1 }, pointers)
                    return []
                }
                var rest: [[UInt8]] = []
                let own = targets[index].filled(outputs[index]) { target in
                    rest = fill(index + 1, pointers + [target.assumingMemoryBound(to: UInt8.self)])
                }
                return [own] + rest
            }
            return fill(0, [])
        }
        let expected = written(portableRows)
        for set in vectorRows {
            #expect(written(set.rows) == expected, "\(name) of \(set.name), seed \(seed)")
        }
    }

    @Test("splits, joins and flips", arguments: UInt64(0)..<150)
    func splits(seed: UInt64) throws {
        var draw = SplitMix(state: seed)
        let n = Int.random(in: 1...300, using: &draw)
        let second: Int32 = seed % 2 == 0 ? 0 : 1
        let flip: UInt8 = seed % 2 == 0 ? 0 : 128
        try compare("split2", seed: seed, inputs: [2 * n], outputs: [n, n]) { $0.split2($1[0], n, $2[0], $2[1]) }
        try compare("split3", seed: seed, inputs: [3 * n], outputs: [n, n, n]) {
            $0.split3($1[0], n, $2[0], $2[1], $2[2])
        }
        try compare("swap3", seed: seed, inputs: [3 * n], outputs: [3 * n]) { $0.swap3($1[0], n, flip, $2[0]) }
        try compare("split_yuyv", seed: seed, inputs: [4 * n], outputs: [2 * n, n, n]) {
            $0.split_yuyv($1[0], n, second, $2[0], $2[1], $2[2])
        }
        try compare("join3", seed: seed, inputs: [n, n, n], outputs: [3 * n]) {
            $0.join3($1[0], $1[1], $1[2], n, flip, $2[0])
        }
        try compare("flip", seed: seed, inputs: [n], outputs: [n]) { $0.flip($1[0], n, flip, $2[0]) }
    }

    @Test("colours, luma and grey", arguments: UInt64(0)..<150)
    func colours(seed: UInt64) throws {
        var draw = SplitMix(state: seed)
        let n = Int.random(in: 1...150, using: &draw)
        let second: Int32 = seed % 2 == 0 ? 0 : 1
        for matrix in matrices {
            var matrix = matrix
            try withUnsafePointer(to: &matrix) { matrix in
                try compare("yuv_to_rgb", seed: seed, inputs: [n, n, n], outputs: [n, n, n]) {
                    $0.yuv_to_rgb($1[0], $1[1], $1[2], n, matrix, $2[0], $2[1], $2[2])
                }
                try compare("yuv422_to_rgb", seed: seed, inputs: [2 * n, n, n], outputs: [2 * n, 2 * n, 2 * n]) {
                    $0.yuv422_to_rgb($1[0], $1[1], $1[2], 2 * n, matrix, $2[0], $2[1], $2[2])
                }
                try compare("yuyv_to_rgb", seed: seed, inputs: [4 * n], outputs: [2 * n, 2 * n, 2 * n]) {
                    $0.yuyv_to_rgb($1[0], n, second, matrix, $2[0], $2[1], $2[2])
                }
                try compare("luma", seed: seed, inputs: [n], outputs: [n]) { $0.luma($1[0], n, matrix, $2[0]) }
            }
        }
        try compare("grey", seed: seed, inputs: [n, n, n], outputs: [n]) {
            $0.grey($1[0], $1[1], $1[2], n, $2[0])
        }
    }

    @Test("words become bytes, rows and columns are blended", arguments: UInt64(0)..<150)
    func blends(seed: UInt64) throws {
        var draw = SplitMix(state: seed)
        let n = Int.random(in: 1...300, using: &draw)
        let low = seed % 3 == 0 ? 0 : UInt16.random(in: 0...UInt16.max, using: &draw)
        let scale = UInt16.random(in: 0...UInt16.max, using: &draw)
        try compare("narrow", seed: seed, inputs: [2 * n], outputs: [n]) { rows, sources, targets in
            sources[0].withMemoryRebound(to: UInt16.self, capacity: n) { rows.narrow($0, n, low, scale, targets[0]) }
        }
        let weight = UInt8.random(in: 1...127, using: &draw)
        try compare("blend_rows", seed: seed, inputs: [n, n], outputs: [n]) {
            $0.blend_rows($1[0], $1[1], weight, n, $2[0])
        }
        try compare("quarter", seed: seed, inputs: [2 * n, 2 * n], outputs: [n]) {
            $0.quarter($1[0], $1[1], n, $2[0])
        }
        let length = Int.random(in: 16...600, using: &draw)
        let target = Int.random(in: 1...600, using: &draw)
        guard let columns = Columns(length, target) else { return }
        let groups = columns.groups.count
        try compare("blend_columns", seed: seed, inputs: [length], outputs: [8 * groups]) {
            $0.blend_columns($1[0], columns.groups, groups, $2[0])
        }
        guard columns.areNear else { return }
        try compare("blend_near_columns", seed: seed, inputs: [length], outputs: [8 * groups]) {
            $0.blend_near_columns($1[0], columns.groups, groups, $2[0])
        }
    }

    @Test("columns are blended between the pixels that a resize of the same sides reads")
    func columns() throws {
        for (length, target) in [(640, 320), (640, 640), (100, 333), (1280, 416), (64, 15), (17, 16), (16, 1)] {
            let columns = try #require(Columns(length, target), "\(length) to \(target)")
            // Values that a seventh bit's rounding does not blur: a ramp, where each output is its place.
            let row = (0..<length).map { UInt8($0 * 255 / length) }
            var out = [UInt8](repeating: 0, count: 8 * columns.groups.count)
            portableRows.blend_columns(row, columns.groups, columns.groups.count, &out)
            for x in 0..<target {
                let place = min(max((Double(x) + 0.5) * Double(length) / Double(target) - 0.5, 0), Double(length - 1))
                let below = Int(place)
                let share = place - Double(below)
                let exact = Double(row[below]) * (1 - share) + Double(row[min(below + 1, length - 1)]) * share
                #expect(abs(Double(out[x]) - exact) <= 1.2, "\(length) to \(target) at \(x)")
            }
        }
    }

    @Test("rows too short or squeezed too far for one load are refused")
    func refused() {
        #expect(Columns(15, 10) == nil)
        #expect(Columns(640, 100) == nil)
        #expect(Columns(640, 160) != nil)
    }
}

/// The groups by which a row of `length` pixels becomes one of `target`.
struct Columns {
    let groups: [arete_column_group]
    let areNear: Bool

    init?(_ length: Int, _ target: Int) {
        var taps = [arete_bilinear_tap](repeating: arete_bilinear_tap(), count: target)
        arete_bilinear_taps(length, target, 0, &taps)
        var groups = [arete_column_group](repeating: arete_column_group(), count: (target + 7) / 8)
        let answer = arete_column_groups(taps, target, length, &groups)
        guard answer != 0 else { return nil }
        self.groups = groups
        areNear = answer == 2
    }
}
