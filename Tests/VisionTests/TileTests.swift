// Tiles of a picture: where they lie, how their detections are joined, and which of them are worth a look.
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct TileGridTests {
    @Test(
        "tiles cover the picture, and what is no larger than the overlap lies whole in one",
        arguments: 1...20 as ClosedRange<UInt64>)
    func covers(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<20 {
            let width = Int.random(in: 1...2000, using: &random), height = Int.random(in: 1...2000, using: &random)
            let tile = (
                width: Int.random(in: 100...700, using: &random), height: Int.random(in: 100...700, using: &random)
            )
            let overlap = Double.random(in: 0...0.6, using: &random)
            let grid = try TileGrid(width: width, height: height, tile: tile, overlap: overlap)
            let areInside = grid.tiles.allSatisfy { tile in
                tile.x >= 0 && tile.y >= 0 && tile.x + tile.width <= width && tile.y + tile.height <= height
            }
            #expect(areInside, "seed \(seed)")
            #expect(grid.wholeWidth >= min(Int(Double(tile.width) * overlap), width), "seed \(seed)")
            for _ in 0..<20 {
                let wide = min(grid.wholeWidth, width),
                    high = min(grid.wholeHeight, height)
                let x = Int.random(in: 0...width - wide, using: &random),
                    y = Int.random(in: 0...height - high, using: &random)
                let isWhole = grid.tiles.contains { tile in
                    tile.x <= x && tile.y <= y && tile.x + tile.width >= x + wide && tile.y + tile.height >= y + high
                }
                #expect(isWhole, "seed \(seed): \(wide)x\(high) at \(x), \(y) of \(width)x\(height)")
            }
        }
    }

    @Test("a picture no larger than a tile is one; sizes that make no sense are refused")
    func sizes() throws {
        #expect(try TileGrid(width: 300, height: 200, tile: (640, 512), overlap: 0.2).tiles.count == 1)
        #expect(try TileGrid(width: 640, height: 512, tile: (320, 256), overlap: 0.2).tiles.count == 9)
        #expect(throws: VisionError.self) { try TileGrid(width: 300, height: 200, tile: (8, 512), overlap: 0.2) }
        #expect(throws: VisionError.self) { try TileGrid(width: 300, height: 200, tile: (64, 64), overlap: 0.9) }
        #expect(throws: VisionError.self) { try TileGrid(width: 300, height: 200, tile: (64, 64), overlap: .nan) }
        #expect(throws: VisionError.self) { try TileGrid(width: 0, height: 200, tile: (64, 64), overlap: 0) }
        #expect(throws: VisionError.self) { try TileGrid(width: 16_384, height: 16_384, tile: (16, 16), overlap: 0) }
    }
}

@Suite struct TileMergeTests {
    private let grid: TileGrid

    init() throws { grid = try TileGrid(width: 900, height: 700, tile: (400, 300), overlap: 0.2) }

    /// What a perfect detector finds of `objects` in each tile: what it shows of them, if that is a tenth at least.
    private func found(_ objects: [Detection], jitter: Float = 0, seed: UInt64 = 1) -> [[Detection]] {
        var random = SplitMix(state: seed)
        return grid.tiles.map { tile in
            objects.compactMap { object in
                let left = max(object.box.x, Float(tile.x)), top = max(object.box.y, Float(tile.y))
                let right = min(object.box.right, Float(tile.x + tile.width))
                let bottom = min(object.box.bottom, Float(tile.y + tile.height))
                guard right > left, bottom > top,
                    (right - left) * (bottom - top) > 0.1 * object.box.width * object.box.height
                else { return nil }
                func moved(_ value: Float) -> Float { value + Float.random(in: -1...1, using: &random) * jitter }
                var part = object
                part.box = Box(x: moved(left), y: moved(top), width: right - left, height: bottom - top)
                part.score = Float.random(in: 0.5...0.9, using: &random)
                return part
            }
        }
    }

    private func thing(_ x: Float, _ y: Float, _ width: Float, _ height: Float, of classIndex: Int = 0) -> Detection {
        Detection(
            label: "thing", classIndex: classIndex, score: 0.9, box: Box(x: x, y: y, width: width, height: height))
    }

    @Test("apart objects, however large, come out once each and whole", arguments: 1...30 as ClosedRange<UInt64>)
    func once(seed: UInt64) {
        var random = SplitMix(state: seed)
        var objects: [Detection] = []
        for _ in 0..<60 {
            let isLarge = Int.random(in: 0..<8, using: &random) == 0
            let sides = isLarge ? 60...350 as ClosedRange<Float> : 8...60
            let width = Float.random(in: sides, using: &random), height = Float.random(in: sides, using: &random)
            let new = thing(
                Float.random(in: 0...900 - width, using: &random), Float.random(in: 0...700 - height, using: &random),
                width, height)
            let isApart = objects.allSatisfy { $0.box.grown(by: 0.2).overlap(with: new.box.grown(by: 0.2)) == 0 }
            if isApart { objects.append(new) }
        }
        let merged = TileMerge.merged(found(objects, jitter: 0.5, seed: seed), of: grid, count: 1000)
        #expect(merged.count == objects.count, "seed \(seed)")
        for object in objects {
            let best = merged.map { $0.box.overlap(with: object.box) }.max() ?? 0
            #expect(best > 0.7, "seed \(seed): \(object.box)")
        }
    }

    @Test("neighbours at a seam, and other classes, stay apart")
    func neighbours() {
        // Tiles meet at x 250 to 400.
        let objects = [
            thing(370, 50, 28, 60), thing(402, 50, 28, 60), thing(240, 150, 20, 40), thing(262, 150, 20, 40),
            thing(300, 100, 30, 30), thing(300, 100, 30, 30, of: 1),
        ]
        let merged = TileMerge.merged(found(objects), of: grid, count: 100)
        #expect(merged.count == objects.count)
    }

    @Test("the whole picture's large boxes replace their pieces, and the best come first, as many as asked for")
    func whole() {
        let large = thing(100, 100, 600, 400)
        let merged = TileMerge.merged(found([large, thing(800, 600, 20, 20)]), of: grid, whole: [large], count: 100)
        #expect(merged.count == 2)
        #expect(merged[0].box == large.box)
        // Of a small one tiles know better.
        let small = thing(500, 500, 30, 30)
        #expect(TileMerge.merged(grid.tiles.map { _ in [] }, of: grid, whole: [small], count: 10).isEmpty)
        #expect(merged[0].score >= merged[1].score)
        #expect(
            TileMerge.merged(found([large, thing(800, 600, 20, 20)]), of: grid, whole: [large], count: 1).count == 1)
    }
}

@Suite struct TileGateTests {
    private static let width = 320
    private static let height = 240

    /// A noisy picture with a bright square at (x, y), all of it `light` brighter.
    private func picture(_ random: inout SplitMix, square: (x: Int, y: Int)? = nil, light: Int = 0) -> BlockLevels {
        let bytes = (0..<Self.width * Self.height).map { at -> UInt8 in
            let (x, y) = (at % Self.width, at / Self.width)
            var isSquare = false
            if let square { isSquare = (square.x..<square.x + 8).contains(x) && (square.y..<square.y + 8).contains(y) }
            let ground: Int = 80 + (x / 8 + y / 8) % 20 + light
            let noise = Int.random(in: -6...6, using: &random)
            return UInt8(ground + (isSquare ? 40 : 0) + noise)
        }
        return BlockLevels(
            GreyPicture(width: Self.width, height: Self.height, bytes: bytes), width: Self.width, height: Self.height)
    }

    private func gate(refresh: Int) throws -> TileGate {
        TileGate(
            try TileGrid(width: Self.width, height: Self.height, tile: (100, 80), overlap: 0.2), refresh: refresh)
    }

    @Test("noise and light all over choose nothing but the tiles whose turn it is, each once a round")
    func quiet() throws {
        var random = SplitMix(state: 1)
        var gate = try gate(refresh: 20)
        let count = gate.grid.tiles.count
        #expect(gate.choose(picture(&random)) == Array(0..<count))
        var looks = [Int](repeating: 0, count: count)
        for frame in 1...20 {
            for tile in gate.choose(picture(&random, light: frame)) { looks[tile] += 1 }
        }
        #expect(looks == Array(repeating: 1, count: count))
    }

    @Test("what appears, moves or goes chooses its tiles at once, what stands does not")
    func changes() throws {
        var random = SplitMix(state: 2)
        var gate = try gate(refresh: 1_000_000)
        _ = gate.choose(picture(&random))
        let shown = Set(
            gate.grid.tiles.indices.filter { index in
                let tile = gate.grid.tiles[index]
                return tile.x < 208 && tile.x + tile.width > 200 && tile.y < 108 && tile.y + tile.height > 100
            })
        #expect(Set(gate.choose(picture(&random, square: (200, 100)))).isSuperset(of: shown))
        #expect(gate.choose(picture(&random, square: (200, 100))).isEmpty)
        #expect(!gate.choose(picture(&random, square: (203, 100))).isEmpty)
        #expect(Set(gate.choose(picture(&random))).isSuperset(of: shown))
        #expect(gate.choose(picture(&random)).isEmpty)
    }

    @Test("a followed object chooses the one tile that shows most around it; odd boxes choose none")
    func follows() throws {
        var random = SplitMix(state: 3)
        var gate = try gate(refresh: 1_000_000)
        _ = gate.choose(picture(&random))
        let odd: [Float] = [.nan, .infinity, -.infinity, 1e30, -3e38]
        let boxes = odd.map { Box(x: $0, y: 10, width: 5, height: 5) }
        #expect(gate.choose(picture(&random), following: boxes).isEmpty)
        let chosen = gate.choose(picture(&random), following: [Box(x: 40, y: 30, width: 10, height: 10)])
        #expect(chosen == [0])
    }

    @Test("pictures of other sizes leave no tile out")
    func sizes() throws {
        var random = SplitMix(state: 4)
        var gate = try gate(refresh: 1_000_000)
        let small = BlockLevels(
            GreyPicture(width: 7, height: 5, bytes: Array(repeating: 9, count: 35)), width: 7, height: 5)
        _ = gate.choose(picture(&random))
        let count = gate.grid.tiles.count
        #expect(gate.choose(small).count == count)
        #expect(gate.choose(small).count == count)
        #expect(gate.choose(picture(&random)).count == count)
        #expect(gate.choose(picture(&random)).isEmpty)
    }
}
