// What the synthetic camera sees.

/// Ellipses that wander over a textured ground, with a sensor's noise. All of it is integer arithmetic on the seed and the frame's number.
struct SyntheticScene {
    private let width: Int
    private let height: Int
    private let ground: [UInt8]
    private let noise: [UInt8]
    private let objects: [Object]
    private let seed: UInt64

    /// Noise of -3...3 levels; dark pictures keep 1 of 32 parts of their light.
    private static let noiseLevels = 7
    private static let darkness = 5

    init(_ request: SyntheticRequest) {
        width = request.width
        height = request.height
        seed = request.seed
        ground = Self.ground(width, height, request.seed)
        noise = (0..<8192).map { UInt8(Self.hash(request.seed, 1, $0, 0) % UInt64(Self.noiseLevels)) }
        objects = (0..<request.objects).map { Object($0, request) }
    }

    /// Where an object is in a frame: a box of whole pixels.
    func place(of object: Int, in frame: Int) -> (x: Int, y: Int, width: Int, height: Int) {
        let object = objects[object]
        return (object.across.place(frame), object.down.place(frame), object.width, object.height)
    }

    /// Red, green and blue of each pixel.
    func picture(_ frame: Int, isDark: Bool) -> [UInt8] {
        var picture = ground
        picture.withUnsafeMutableBufferPointer { pixels in
            for object in objects { draw(object, frame, pixels) }
            noise.withUnsafeBufferPointer { noise in
                for row in 0..<height {
                    let start = Int(Self.hash(seed, 2, frame, row) % UInt64(noise.count))
                    for x in 0..<3 * width {
                        let light = Int(pixels[row * 3 * width + x]) >> (isDark ? Self.darkness : 0)
                        let level = light + Int(noise[(start + x / 3) & (noise.count - 1)]) - Self.noiseLevels / 2
                        pixels[row * 3 * width + x] = UInt8(max(0, min(255, level)))
                    }
                }
            }
        }
        return picture
    }

    private func draw(_ object: Object, _ frame: Int, _ pixels: UnsafeMutableBufferPointer<UInt8>) {
        let (left, top) = (object.across.place(frame), object.down.place(frame))
        for y in 0..<object.height {
            // In half pixels from the centre.
            let v = 2 * y + 1 - object.height
            for x in 0..<object.width {
                let u = 2 * x + 1 - object.width
                let share =
                    u * u * object.height * object.height + v * v * object.width * object.width
                guard share <= object.width * object.width * object.height * object.height else { continue }
                let place = 3 * ((top + y) * width + left + x)
                for channel in 0..<3 { pixels[place + channel] = object.colour[channel] }
            }
        }
    }

    private struct Object {
        let width: Int
        let height: Int
        let colour: [UInt8]
        let across: Path
        let down: Path

        init(_ index: Int, _ request: SyntheticRequest) {
            func drawn(_ what: Int, _ range: ClosedRange<Int>) -> Int {
                range.lowerBound
                    + Int(SyntheticScene.hash(request.seed, 3, index, what) % UInt64(range.count))
            }
            width = drawn(0, max(request.width / 12, 2)...max(request.width / 6, 3))
            height = drawn(1, max(request.height / 10, 2)...max(request.height / 5, 3))
            // Far from the ground's greys.
            let bright = drawn(2, 0...2)
            colour = (0..<3).map { $0 == bright ? 230 : 20 }
            across = Path(
                start: drawn(3, 0...(1 << 20)), speed: drawn(4, 1...max(request.width / 40, 2)),
                room: request.width - width)
            down = Path(
                start: drawn(5, 0...(1 << 20)), speed: drawn(6, 0...max(request.height / 60, 1)),
                room: request.height - height)
        }
    }

    /// To and fro between 0 and `room`, so many pixels a frame.
    private struct Path {
        let start: Int
        let speed: Int
        let room: Int

        func place(_ frame: Int) -> Int {
            guard room > 0 else { return 0 }
            let way = (start &+ speed &* frame) % (2 * room)
            return way <= room ? way : 2 * room - way
        }
    }

    /// Grey-green ground: noise of three coarsenesses, which detectors and registration find structure in.
    private static func ground(_ width: Int, _ height: Int, _ seed: UInt64) -> [UInt8] {
        let octaves = [5, 3, 1].map { shift in Octave(width, height, shift: shift, seed) }
        return [UInt8](unsafeUninitializedCapacity: 3 * width * height) { pixels, count in
            for y in 0..<height {
                for x in 0..<width {
                    let level = 60 + octaves.reduce(0) { $0 + $1.value(x, y) } / 7
                    pixels[3 * (y * width + x)] = UInt8(level)
                    pixels[3 * (y * width + x) + 1] = UInt8(min(level + 12, 255))
                    pixels[3 * (y * width + x) + 2] = UInt8(level * 7 / 8)
                }
            }
            count = 3 * width * height
        }
    }

    /// Random levels 0...255 at the corners of a grid of `1 << shift` pixels, bilinear between.
    private struct Octave {
        private let shift: Int
        private let across: Int
        private let levels: [Int]

        init(_ width: Int, _ height: Int, shift: Int, _ seed: UInt64) {
            self.shift = shift
            across = width >> shift + 2
            let down = height >> shift + 2
            let across = across
            levels = (0..<across * down).map { place in
                Int(SyntheticScene.hash(seed, 4 + shift, place % across, place / across) & 255)
            }
        }

        func value(_ x: Int, _ y: Int) -> Int {
            let side = 1 << shift
            let (column, row, u, v) = (x >> shift, y >> shift, x & (side - 1), y & (side - 1))
            let at = row * across + column
            let upper = levels[at] * (side - u) + levels[at + 1] * u
            let lower = levels[at + across] * (side - u) + levels[at + across + 1] * u
            return (upper * (side - v) + lower * v) >> (2 * shift)
        }
    }

    /// A number that looks random, of the seed and a place.
    fileprivate static func hash(_ seed: UInt64, _ use: Int, _ a: Int, _ b: Int) -> UInt64 {
        var z = seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(use + 1)
        for value in [a, b] {
            z = (z ^ UInt64(bitPattern: Int64(value))) &* 0xBF58_476D_1CE4_E5B9
            z ^= z >> 29
            z = z &* 0x94D0_49BB_1331_11EB
            z ^= z >> 32
        }
        return z
    }
}
