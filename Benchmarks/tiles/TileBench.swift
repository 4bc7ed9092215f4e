// What the tile gate saves and costs, on drawn views of a standing camera: things that come, move, stop and go.
//
//   make bench-tiles
//
// The detector is ideal: it finds what a tile that it looks at shows whole, so that what is lost is lost by the gate.
import Evaluation
import Glibc
import Imaging
import Vision

/// Drawn things over ground that is noisy, and in parts restless.
struct DrawnView {
    static let width = 1280
    static let height = 720
    static let frames = 300

    struct Thing {
        var side: Int
        var contrast: Float
        var first: Int
        var last: Int
        var start: (x: Double, y: Double)
        /// Pixels a frame; from `stops` on it stands.
        var speed: (x: Double, y: Double)
        var stops: Int

        func box(_ frame: Int) -> Box? {
            guard (first..<last).contains(frame) else { return nil }
            let steps = Double(min(frame, stops) - first)
            let x = Float(start.x + speed.x * steps), y = Float(start.y + speed.y * steps)
            guard x >= 0, y >= 0, x + Float(side) <= Float(DrawnView.width), y + Float(side) <= Float(DrawnView.height)
            else { return nil }
            return Box(x: x, y: y, width: Float(side), height: Float(side))
        }
    }

    let ground: [Float]
    let noise: [Float]
    let things: [Thing]
    /// Leaves in the wind: levels there swing from picture to picture.
    let restless: (x: Range<Int>, y: Range<Int>)?
    /// What light adds at most, up and down within 20 seconds at ten pictures a second.
    let lightSwing: Float
    let deviation: Float

    init(
        seed: UInt64, things count: Int, isRestless: Bool = false, lightSwing: Float = 0, deviation: Float = 2,
        isFaint: Bool = false
    ) {
        var random = SeededGenerator(seed: seed)
        var ground = [Float](repeating: 100, count: Self.width * Self.height)
        for _ in 0..<700 {
            let left = Int.random(in: 0..<Self.width, using: &random),
                top = Int.random(in: 0..<Self.height, using: &random)
            let wide = Int.random(in: 4...90, using: &random), high = Int.random(in: 4...90, using: &random)
            let level = Float.random(in: -25...25, using: &random)
            for y in top..<min(top + high, Self.height) {
                for x in left..<min(left + wide, Self.width) { ground[y * Self.width + x] += level }
            }
        }
        self.ground = ground
        noise = (0..<Self.width * Self.height + 65536).map { _ in
            (0..<3).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &random) }
        }
        things = (0..<count).map { _ in
            let first = Int.random(in: 0..<Self.frames - 60, using: &random)
            let angle = Double.random(in: 0...(2 * Double.pi), using: &random)
            let pace = Double.random(in: 0.3...4, using: &random)
            let stay = Int.random(in: 40...200, using: &random)
            return Thing(
                side: Int.random(in: isFaint ? 6...10 : 8...20, using: &random),
                contrast: Float.random(in: isFaint ? 5...12 : 15...60, using: &random)
                    * (Bool.random(using: &random) ? 1 : -1),
                first: first, last: first + stay,
                start: (
                    Double.random(in: 0...1250, using: &random), Double.random(in: 0...690, using: &random)
                ), speed: (pace * cos(angle), pace * sin(angle)),
                stops: first + Int.random(in: 10...stay, using: &random))
        }
        restless = isRestless ? (700..<1000, 100..<300) : nil
        self.lightSwing = lightSwing
        self.deviation = deviation
    }

    func shot(_ frame: Int) -> [UInt8] {
        var random = SeededGenerator(seed: UInt64(frame) &* 7919)
        var light = ground
        if let restless {
            for y in restless.y {
                for x in restless.x where (x / 6 + y / 6) % 2 == 0 {
                    light[y * Self.width + x] += 25 * Float(sin(Double(frame) * 1.3 + Double(x / 6 * 31 + y / 6 * 17)))
                }
            }
        }
        for thing in things {
            guard let box = thing.box(frame) else { continue }
            for y in Int(box.y)..<Int(box.bottom) {
                for x in Int(box.x)..<Int(box.right) { light[y * Self.width + x] += thing.contrast }
            }
        }
        let added = lightSwing * Float(sin(Double(frame) / 31))
        let start = Int.random(in: 0..<65536, using: &random)
        return light.indices.map { at in
            UInt8(min(max(light[at] + added + deviation * noise[start + at], 0), 255))
        }
    }
}

@main enum TileBench {
    private static let refresh = 30
    /// Pictures for which an object that was found is followed.
    private static let followed = 10

    static func main() throws {
        let grid = try TileGrid(
            width: DrawnView.width, height: DrawnView.height, tile: (width: 320, height: 256), overlap: 0.2)
        print(
            "\(grid.tiles.count) tiles of 320x256 in \(DrawnView.width)x\(DrawnView.height), "
                + "\(DrawnView.frames) pictures, each tile every \(refresh) pictures at least\n")
        let head = [
            "view", "tiles skipped", "things found", "at once", "later by, mean", "at most",
            "things times pictures seen",
            "gate, ms",
        ]
        print("| " + head.joined(separator: " | ") + " |\n| ---" + String(repeating: " | ---:", count: 7) + " |")
        let views: [(String, DrawnView)] = [
            ("empty, noise of 2 levels", DrawnView(seed: 1, things: 0)),
            ("10 things of 8 to 20 pixels", DrawnView(seed: 2, things: 10)),
            ("40 things", DrawnView(seed: 3, things: 40)),
            ("10 things, noise of 6 levels", DrawnView(seed: 2, things: 10, deviation: 6)),
            ("10 things, leaves and changing light", DrawnView(seed: 2, things: 10, isRestless: true, lightSwing: 20)),
            ("20 faint things of 6 to 10 pixels", DrawnView(seed: 4, things: 20, isFaint: true)),
        ]
        for (name, view) in views { print(try row(name, view, grid)) }
    }

    private static func row(_ name: String, _ view: DrawnView, _ grid: TileGrid) throws -> String {
        var gate = TileGate(grid, refresh: refresh)
        let reducer = BlockReducer()
        let format = try RawFormat(.grey, width: DrawnView.width, height: DrawnView.height)
        var looked = 0, seen = 0, shown = 0
        var times: [Double] = []
        var firstShown = [Int?](repeating: nil, count: view.things.count)
        var firstSeen = firstShown, lastSeen = firstShown
        for frame in 0..<DrawnView.frames {
            let following = view.things.indices.compactMap { index -> Box? in
                guard let last = lastSeen[index], frame - last <= followed else { return nil }
                return view.things[index].box(frame - 1)
            }
            let bytes = view.shot(frame)
            var chosen: [Int] = []
            let time = try ContinuousClock().measure {
                let levels = try bytes.withUnsafeBytes { try reducer.levels(of: try RawPicture(format, [$0])) }
                chosen = levels.map { gate.choose($0, following: following) } ?? Array(grid.tiles.indices)
            }
            times.append(Double(time.components.attoseconds) / 1e15)
            looked += chosen.count
            for (index, thing) in view.things.enumerated() {
                guard let box = thing.box(frame) else { continue }
                shown += 1
                firstShown[index] = firstShown[index] ?? frame
                guard chosen.contains(where: { grid.tiles[$0].holds(box) }) else { continue }
                seen += 1
                firstSeen[index] = firstSeen[index] ?? frame
                lastSeen[index] = frame
            }
        }
        let delays = zip(firstShown, firstSeen).compactMap { shown, seen in seen.flatMap { at in shown.map { at - $0 } }
        }
        let there = firstShown.compactMap { $0 }.count
        let skipped = 1 - Double(looked) / Double(DrawnView.frames * grid.tiles.count)
        func share(_ value: Int, _ whole: Int) -> String {
            whole == 0 ? "-" : Figures.text(100 * Double(value) / Double(whole), digits: 1) + " %"
        }
        let mean = delays.isEmpty ? "-" : Figures.text(Double(delays.reduce(0, +)) / Double(delays.count), digits: 2)
        let cells = [
            name, Figures.text(100 * skipped, digits: 1) + " %", there == 0 ? "-" : "\(delays.count) of \(there)",
            "\(delays.filter { $0 == 0 }.count)", mean, delays.max().map { "\($0)" } ?? "-", share(seen, shown),
            Figures.text(times.sorted()[times.count / 2], digits: 2),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}

extension TileGrid.Tile {
    fileprivate func holds(_ box: Box) -> Bool {
        box.x >= Float(x) && box.y >= Float(y) && box.right <= Float(x + width) && box.bottom <= Float(y + height)
    }
}
