import Imaging
import Tensors
import Testing

@testable import Vision

/// Each decoder on outputs made by hand: one box at a known place, in every form the decoder reads.
@Suite struct DecoderTests {
    /// `values` with some elements set.
    private func table(_ rows: Int, _ columns: Int, _ entries: [Int: [Float]]) -> [Float] {
        var values = [Float](repeating: 0, count: rows * columns)
        for (row, entry) in entries {
            for (column, value) in entry.enumerated() { values[row * columns + column] = value }
        }
        return values
    }

    private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
        (0..<columns * rows).map { values[$0 % rows * columns + $0 / rows] }
    }

    private func only(_ found: [Detection]) throws -> Detection {
        try #require(found.count == 1, "\(found)")
        return found[0]
    }

    @Test("yolov5: decoded rows in pixels and in shares of the input, float and quantized")
    func yolov5Decoded() throws {
        let preset = try preset(#"{"task": "detect", "labels": ["a", "b"], "decoder": {"kind": "yolov5"}}"#)
        // Centres follow the grid, as they do in a model: that tells pixels from shares.
        var rows: [Int: [Float]] = [:]
        for row in 0..<100 { rows[row] = [Float(row % 10) * 8 + 4, Float(row / 10) * 8 + 4, 10, 10, 0.01, 0.5, 0.5] }
        rows[33] = [40, 30, 20, 10, 0.9, 0.2, 0.8]
        let pixels = table(100, 7, rows)
        let item = try only(
            try detections(preset, input: image(80, 80), outputs: [("out", try floats([1, 100, 7], pixels))]))
        #expect(
            item.classIndex == 1 && item.label == "b" && abs(item.score - 0.72) < 1e-5
                && item.box.isNear(30, 25, 20, 10))

        let shares = pixels.enumerated().map { $0.offset % 7 < 4 ? $0.element / 80 : $0.element }
        #expect(
            try only(try detections(preset, input: image(80, 80), outputs: [("out", try floats([1, 100, 7], shares))]))
                == item)
        let turned = transposed(shares, rows: 100, columns: 7)
        #expect(
            try only(try detections(preset, input: image(80, 80), outputs: [("out", try floats([1, 7, 100], turned))]))
                == item)

        let quantization = Quantization(scale: 1 / 200, zeroPoint: -100)
        let stored = shares.map { Int8(($0 * 200).rounded() - 100) }
        let quantized = try Tensor(.int8, [1, 100, 7], stored, quantization: quantization)
        let near = try only(try detections(preset, input: image(80, 80), outputs: [("out", quantized)]))
        #expect(near.classIndex == 1 && abs(near.score - 0.72) < 0.01 && near.box.isNear(30, 25, 20, 10, within: 0.5))
    }

    @Test("yolov5: raw heads in all four orders, levels in any order")
    func yolov5Raw() throws {
        let preset = try preset(
            #"{"task": "detect", "labels": ["a"], "decoder": {"kind": "yolov5", "anchors": [[10, 20, 30, 40], [50, 60, 70, 80]]}}"#
        )
        // The box lies on the fine level (8x8 cells of 8 pixels), anchor 1, cell (x 3, y 2): logit 0 is a share of a half.
        func head(_ side: Int, fine: Bool) -> [[Float]] {
            (0..<side * side * 2).map { row in
                fine && row == (2 * side + 3) * 2 + 1 ? [0, 0, 0, 0, 3, 4] : [0, 0, 0, 0, -9, 0]
            }
        }
        let cells = {
            (side: Int, rows: [[Float]], order: (Int, Int, Int) -> (cell: Int, anchor: Int, channel: Int)) -> [Float] in
            (0..<side * side * 12).map { place in
                let (a, b, c) = order(place, side * side, 0)
                return rows[a * 2 + b][c]
            }
        }
        let forms: [(String, (Int) -> Shape, (Int, Int, Int) -> (cell: Int, anchor: Int, channel: Int))] = [
            ("H W AK", { [1, $0, $0, 12] }, { place, _, _ in (place / 12, place / 6 % 2, place % 6) }),
            ("H W A K", { [1, $0, $0, 2, 6] }, { place, _, _ in (place / 12, place / 6 % 2, place % 6) }),
            ("AK H W", { [1, 12, $0, $0] }, { place, n, _ in (place % n, place / n / 6, place / n % 6) }),
            ("A H W K", { [1, 2, $0, $0, 6] }, { place, n, _ in (place / 6 % n, place / 6 / n, place % 6) }),
        ]
        for (name, shape, order) in forms {
            let fine = try floats(shape(8), cells(8, head(8, fine: true), order))
            let coarse = try floats(shape(4), cells(4, head(4, fine: false), order))
            let item = try only(try detections(preset, input: image(64, 64), outputs: [("c", coarse), ("f", fine)]))
            #expect(item.box.isNear(28 - 15, 20 - 20, 30, 40), "\(name): \(item)")
            #expect(abs(item.score - 0.9525741 * 0.98201376) < 1e-5)
        }
    }

    @Test("yolov8: channels first or last, pixels or shares")
    func yolov8() throws {
        let preset = try preset(#"{"task": "detect", "decoder": {"kind": "yolov8"}}"#)
        var rows: [Int: [Float]] = [:]
        for row in 0..<100 { rows[row] = [Float(row % 10) * 8 + 4, Float(row / 10) * 8 + 4, 10, 10, 0.01, 0.2, 0.1] }
        rows[70] = [40, 30, 20, 10, 0.1, 0.7, 0.8]
        let values = table(100, 7, rows)
        for shape: Shape in [[1, 100, 7], [1, 7, 100]] {
            for divisor: Float in [1, 80] {
                let scaled = values.enumerated().map { $0.offset % 7 < 4 ? $0.element / divisor : $0.element }
                let ordered = shape[1] == 100 ? scaled : transposed(scaled, rows: 100, columns: 7)
                let item = try only(
                    try detections(preset, input: image(80, 80), outputs: [("out", try floats(shape, ordered))]))
                #expect(
                    item.classIndex == 2 && item.label == "class 2" && item.score == 0.8
                        && item.box.isNear(30, 25, 20, 10))
            }
        }
    }

    @Test("yolox: offsets and logarithmic sizes over the strides' grids, or decoded")
    func yolox() throws {
        // 64 = 8x8 + 4x4 + 2x2 cells; the box lies in the second level, cell (x 1, y 2).
        let row = 64 + 2 * 4 + 1
        let raw = try floats([1, 84, 6], table(84, 6, [row: [0.5, 0.25, 0, 0.6931472, 0.9, 0.8]]))
        let item = try only(
            try detections(
                try preset(#"{"task": "detect", "decoder": {"kind": "yolox"}}"#), input: image(64, 64),
                outputs: [("o", raw)]))
        #expect(item.box.isNear(24 - 8, 36 - 16, 16, 32) && abs(item.score - 0.72) < 1e-5)
        let decoded = try floats([1, 84, 6], table(84, 6, [row: [24, 36, 16, 32, 0.9, 0.8]]))
        let same = try detections(
            try preset(#"{"task": "detect", "decoder": {"kind": "yolox", "decoded": true}}"#), input: image(64, 64),
            outputs: [("o", decoded)])
        #expect(try only(same).box.isNear(16, 20, 16, 32))
    }

    @Test("nanodet: distributions over distances, heads apart or joined")
    func nanodet() throws {
        // A sure distance of 1, 2, 3 and 4 strides to the four sides.
        var distances = [Float](repeating: 0, count: 32)
        for side in 0..<4 { distances[side * 8 + side + 1] = 50 }
        func outputs(_ strides: [Int]) throws -> [(String, Tensor)] {
            try strides.flatMap { stride -> [(String, Tensor)] in
                let cells = (64 / stride) * (64 / stride)
                let hit = stride == 16 ? [5: [Float(0.1), 0.9, 0.2]] : [:]
                let bins = stride == 16 ? [5: distances] : [:]
                return [
                    ("b\(stride)", try floats([cells, 32], table(cells, 32, bins))),
                    ("c\(stride)", try floats([1, cells, 3], table(cells, 3, hit))),
                ]
            }
        }
        let separate = try only(
            try detections(
                try preset(#"{"task": "detect", "decoder": {"kind": "nanodet"}}"#), input: image(64, 64),
                outputs: try outputs([16, 8, 32])))
        // Cell 5 of the 4x4 grid: x 1, y 1, centre (24, 24); the left and upper sides are cut at the image's edge.
        #expect(separate.classIndex == 1 && separate.score == 0.9 && separate.box.isNear(8, 0, 64 - 8, 64))
        let rows = 64 + 16 + 4 + 1
        let joined = try floats([1, rows, 35], table(rows, 35, [64 + 5: [0.1, 0.9, 0.2] + distances]))
        let plus = try only(
            try detections(
                try preset(#"{"task": "detect", "decoder": {"kind": "nanodet", "cell_centre": 0.25}}"#),
                input: image(64, 64),
                outputs: [("o", joined)]))
        #expect(plus.classIndex == 1 && plus.box.isNear(4, 0, 60, 64))
    }

    @Test("centre-heatmap: distances to the sides, in both layouts, with either size of stride")
    func heatmapSides() throws {
        let preset = try preset(
            #"{"task": "detect", "labels": ["a", "b"], "decoder": {"kind": "centre-heatmap", "stride": 8, "boxes": "ltrb"}}"#
        )
        let cell = 2 * 4 + 1
        let heat = table(16, 2, [cell: [0.1, 0.8]])
        let sides = table(16, 4, [cell: [0.5, 1, 1.5, 0.25]])
        for isLast in [true, false] {
            let heatmap = try floats(
                isLast ? [1, 4, 4, 2] : [1, 2, 4, 4], isLast ? heat : transposed(heat, rows: 16, columns: 2))
            let boxes = try floats(
                isLast ? [1, 4, 4, 4] : [1, 4, 4, 4], isLast ? sides : transposed(sides, rows: 16, columns: 4))
            let item = try only(
                try detections(
                    preset, input: image(32, 32, channelsLast: isLast), outputs: [("boxes", boxes), ("heat", heatmap)]))
            #expect(
                item.classIndex == 1 && item.score == 0.8 && item.box.isNear(12 - 4, 20 - 8, 16, 10),
                "\(isLast) \(item)")
        }
    }

    @Test("centre-heatmap: offset and size at peaks, of equal neighbours the first")
    func heatmapPeaks() throws {
        let preset = try preset(
            #"{"task": "detect", "decoder": {"kind": "centre-heatmap", "activation": "sigmoid", "iou_threshold": 1}}"#)
        var heat = [Float](repeating: -9, count: 64)
        heat[9] = 2
        heat[10] = 2
        heat[18] = 1
        heat[45] = 3
        var (sizes, offsets) = ([Float](repeating: 1, count: 128), [Float](repeating: 0, count: 128))
        sizes[2 * 45] = 2
        offsets[2 * 45 + 1] = 0.5
        let found = try detections(
            preset, input: image(32, 32),
            outputs: [
                ("hm", try floats([1, 8, 8, 1], heat)), ("wh", try floats([1, 8, 8, 2], sizes)),
                ("reg", try floats([1, 8, 8, 2], offsets)),
            ])
        #expect(found.count == 2)
        #expect(abs(found[0].score - 0.95257413) < 1e-5 && found[0].box.isNear(20 - 4, 22 - 2, 8, 4))
        #expect(found[1].box.isNear(4 - 2, 4 - 2, 4, 4))
    }

    @Test("ssd: post-processed outputs in both exporters' orders, and by name")
    func ssdPostProcessed() throws {
        let boxes = try floats([1, 3, 4], [0.1, 0.2, 0.5, 0.6, 0, 0, 1, 1, 0.3, 0.3, 0.2, 0.2])
        let classes = try floats([1, 3], [7, 2, 1])
        let scores = try floats([1, 3], [0.9, 0.6, 0.8])
        let count = try floats([1], [2])
        let auto = try preset(#"{"task": "detect", "decoder": {"kind": "ssd"}}"#)
        let named = try preset(
            #"{"task": "detect", "decoder": {"kind": "ssd", "outputs": {"scores": "x", "classes": 0, "boxes": "y", "count": "n"}}}"#
        )
        let orders: [(Preset, [(String, Tensor)])] = [
            (auto, [("a", boxes), ("b", classes), ("c", scores), ("d", count)]),
            (auto, [("a", scores), ("b", boxes), ("c", count), ("d", classes)]),
            (named, [("c", classes), ("n", count), ("y", boxes), ("x", scores)]),
        ]
        for (preset, outputs) in orders {
            let found = try detections(preset, input: image(100, 200), outputs: outputs)
            #expect(found.map(\.classIndex) == [7, 2] && found.map(\.score) == [0.9, 0.6])
            #expect(found[0].box.isNear(20, 20, 40, 80))
        }
    }

    @Test("ssd: box codes relative to anchors, with a background class and softmax")
    func ssdRaw() throws {
        let preset = try preset(
            #"""
            {"task": "detect", "labels": ["a", "b"],
             "decoder": {"kind": "ssd", "boxes": "yxhw", "background": true, "activation": "softmax",
              "anchors": {"strides": [32], "ratios": [1], "interpolated_ratio": 0, "min_scale": 0.5, "max_scale": 0.5}}}
            """#)
        // 2x2 cells, one square of half the input each; the third is moved by a tenth and widened by e^0.2.
        let boxes = try floats([1, 4, 4], table(4, 4, [2: [1, -1, 0, 1]]))
        let scores = try floats([1, 4, 3], table(4, 3, [0: [9, 0, 0], 1: [9, 0, 0], 2: [0, 1, 5], 3: [9, 0, 0]]))
        let item = try only(try detections(preset, input: image(64, 64), outputs: [("b", boxes), ("s", scores)]))
        #expect(item.classIndex == 1 && abs(item.score - 0.97556) < 1e-4)
        // Centre (12.8, 51.2), 39.08 wide and 32 high, cut at the left and lower edge.
        #expect(item.box.isNear(0, 35.2, 32.3425, 28.8))
    }

    @Test("anchors are as many, and lie, as the models' papers have them")
    func anchors() throws {
        func model(_ width: Int, _ height: Int) -> DecoderModel {
            DecoderModel(
                kind: "x", inputWidth: width, inputHeight: height, channelsLast: true, outputs: [],
                roles: OutputRoles(),
                labelCount: nil)
        }
        let ssd = AnchorScheme.ssd(
            .init(
                strides: [16, 32, 64, 128, 256, 512], minScale: 0.2, maxScale: 0.95, ratios: [1, 2, 0.5, 3, 1 / 3.0],
                reducesLowestLayer: true, interpolatedRatio: 1, fixedSize: false))
        let mobile = ssd.anchors(of: model(300, 300))
        #expect(mobile.count == 1917)
        #expect(abs(mobile[0].width - 30) < 0.01 && abs(mobile[0].x - 300 / 38) < 0.2)
        let blaze = AnchorScheme.ssd(
            .init(
                strides: [8, 16, 16, 16], minScale: 0.15, maxScale: 0.75, ratios: [1], reducesLowestLayer: false,
                interpolatedRatio: 1, fixedSize: true)
        ).anchors(of: model(128, 128))
        #expect(blaze.count == 896 && blaze[0] == Anchor(x: 4, y: 4, width: 128, height: 128) && blaze[512].x == 8)
        let octaves = AnchorScheme.octaves(levels: 3...7, scales: 3, base: 4, ratios: [1, 2, 0.5]).anchors(
            of: model(320, 320))
        #expect(octaves.count == 9 * (40 * 40 + 20 * 20 + 10 * 10 + 5 * 5 + 3 * 3))
        #expect(octaves[0] == Anchor(x: 4, y: 4, width: 32, height: 32) && abs(octaves[1].width - 45.25) < 0.01)
        let squares = AnchorScheme.squares(strides: [8, 64], sizes: [[10, 16], [500]]).anchors(of: model(320, 240))
        #expect(squares.count == 40 * 30 * 2 + 5 * 4 && squares.last == Anchor(x: 288, y: 224, width: 320, height: 240))
    }

    @Test("efficientdet: joined nets, a level apart, and post-processed")
    func efficientDet() throws {
        let preset = try preset(#"{"task": "detect", "labels": ["a", "b"], "decoder": {"kind": "efficientdet"}}"#)
        // Input 64: levels of 8x8, 4x4, 2x2, 1x1 and 1x1 cells. The box is anchor 0 of cell (x 1, y 0) on level 4: a square of 64.
        let counts = [64, 16, 4, 1, 1].map { $0 * 9 }
        let row = counts[0] + 9
        let total = counts.reduce(0, +)
        let scores = table(
            total, 2, Dictionary(uniqueKeysWithValues: (0..<total).map { ($0, $0 == row ? [-9, 3] : [-9, -9]) }))
        let boxes = table(total, 4, [row: [0.25, 0, -1.3862944, -1.3862944]])
        let joined = try detections(
            preset, input: image(64, 64),
            outputs: [("c", try floats([1, total, 2], scores)), ("b", try floats([1, total, 4], boxes))])
        #expect(try only(joined).box.isNear(24 - 8, 8 + 16 - 8, 16, 16) && joined[0].classIndex == 1)
        var outputs: [(String, Tensor)] = []
        var first = 0
        for (level, count) in counts.enumerated() {
            let side = [8, 4, 2, 1, 1][level]
            outputs.append(
                ("c\(level)", try floats([1, side, side, 18], Array(scores[2 * first..<2 * (first + count)]))))
            outputs.append(
                ("b\(level)", try floats([1, side, side, 36], Array(boxes[4 * first..<4 * (first + count)]))))
            first += count
        }
        #expect(try detections(preset, input: image(64, 64), outputs: outputs) == joined)
    }

    @Test("fastestdet: tanh offsets and shares of the input, in both layouts")
    func fastestDet() throws {
        let preset = try preset(#"{"task": "detect", "labels": ["a"], "decoder": {"kind": "fastestdet"}}"#)
        let cells = table(16, 6, [6: [0.5, 0, 0.5493061, 0, -1.0986123, 0.9]])
        for isLast in [true, false] {
            let output = try floats(
                isLast ? [1, 4, 4, 6] : [1, 6, 4, 4], isLast ? cells : transposed(cells, rows: 16, columns: 6))
            let item = try only(
                try detections(preset, input: image(64, 64, channelsLast: isLast), outputs: [("o", output)]))
            // Cell (x 2, y 1): centre (32, 24); half of the width, a quarter of the height.
            #expect(item.box.isNear(16, 16, 32, 16) && abs(item.score - 0.6325) < 1e-3)
        }
    }
}
