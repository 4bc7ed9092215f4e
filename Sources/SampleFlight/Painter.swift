// One frame of the film.
import Glibc
import Imaging

/// What a frame shows of somebody.
struct Shown: Sendable {
    let number: Int
    /// Of what is inside the picture, pixels from its upper left corner.
    let box: Box
    /// How much of them is inside the picture, 0 to 1.
    let part: Double
}

struct Painter: Sendable {
    let width: Int
    let height: Int
    let relief: Relief
    let site: Site
    let ground: GroundPicture
    private let noise: [Int16]

    /// Pixels between places whose ground is looked for; between them it is interpolated: off by less than a
    /// hundredth of a pixel at this height.
    private static let step = 16
    private static let noiseCount = 1 << 14
    /// Grey levels of a sensor's noise, one standard deviation.
    private static let noiseLevel = 1.4
    /// How much of the light is left in the corners.
    private static let corner: Float = 0.86

    init(width: Int, height: Int, relief: Relief, site: Site, ground: GroundPicture) {
        (self.width, self.height, self.relief, self.site, self.ground) = (width, height, relief, site, ground)
        var chance = Chance(3)
        noise = (0..<Self.noiseCount).map { _ in Int16(chance.normal(Self.noiseLevel * 256)) }
    }

    func frame(_ number: Int, _ stand: Stand, _ people: [Person]) -> (bytes: [UInt8], shown: [Shown]) {
        let view = View(stand, width: width, height: height)
        var bytes = [UInt8](repeating: 0, count: width * height * 3)
        paintGround(view, &bytes)
        var shown: [Shown] = []
        let far = people.sorted { view.pixel($0.foot).depth > view.pixel($1.foot).depth }
        for person in far { Silhouette.shade(person, view, relief.normal(person.foot.x, person.foot.y), &bytes) }
        for person in far {
            var chance = Chance(UInt64(number) << 8 | UInt64(person.number))
            if let seen = Silhouette.paint(person, view, &bytes, &chance) { shown.append(seen) }
        }
        finish(number, &bytes)
        return (bytes, shown.sorted { $0.number < $1.number })
    }

    /// Brings the ground's picture into the camera's perspective.
    private func paintGround(_ view: View, _ bytes: inout [UInt8]) {
        let step = Self.step
        let columns = (width + step - 1) / step, rows = (height + step - 1) / step
        var corners: [SIMD2<Double>] = []
        var height = relief.height(view.place.x, view.place.y)
        for row in 0...rows {
            for column in 0...columns {
                let point = view.ground(Double(column * step), Double(row * step), on: relief, guess: height)
                height = point.z
                corners.append(ground.pixel(site.local(point.x, point.y)))
            }
        }
        // 1/256 of the ground's pixels.
        let fine = 256.0
        bytes.withUnsafeMutableBufferPointer { bytes in
            ground.pixels.withUnsafeBufferPointer { pixels in
                for row in 0..<self.height {
                    let (block, part) = (row / step, Double(row % step) / Double(step))
                    let line = block * (columns + 1)
                    for column in 0..<columns {
                        let above = line + column, below = above + columns + 1
                        let left = corners[above] + (corners[below] - corners[above]) * part
                        let right = corners[above + 1] + (corners[below + 1] - corners[above + 1]) * part
                        var at = SIMD2(Int(left.x * fine * 256), Int(left.y * fine * 256))
                        let way = (right - left) * (fine * 256 / Double(step))
                        let stride = SIMD2(Int(way.x), Int(way.y))
                        var place = 3 * (row * width + column * step)
                        for _ in 0..<min(step, width - column * step) {
                            let pixel = ground.between(pixels, at.x >> 8, at.y >> 8)
                            bytes[place] = UInt8(truncatingIfNeeded: pixel)
                            bytes[place + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
                            bytes[place + 2] = UInt8(truncatingIfNeeded: pixel >> 16)
                            place += 3
                            at &+= stride
                        }
                    }
                }
            }
        }
    }

    /// What lens and sensor do: darker corners, noise.
    private func finish(_ number: Int, _ bytes: inout [UInt8]) {
        var chance = Chance(UInt64(number) &* 0x5851 &+ 11)
        let middle = SIMD2(Float(width - 1), Float(height - 1)) / 2
        let corner = (middle * middle).sum()
        let across = (0..<width).map { (Float($0) - middle.x) * (Float($0) - middle.x) / corner }
        bytes.withUnsafeMutableBufferPointer { bytes in
            noise.withUnsafeBufferPointer { noise in
                for row in 0..<height {
                    let down = (Float(row) - middle.y) * (Float(row) - middle.y) / corner
                    var place = Int(truncatingIfNeeded: chance.next() & 0xffff)
                    for column in 0..<width {
                        // 1/256 of a level.
                        let light = Int32(256 * (1 - (1 - Self.corner) * (across[column] + down)))
                        for channel in 0..<3 {
                            let at = 3 * (row * width + column) + channel
                            place &+= 1
                            let level =
                                Int32(bytes[at]) &* light &+ Int32(noise[place & (Self.noiseCount - 1)]) &+ 128
                            bytes[at] = UInt8(truncatingIfNeeded: max(0, min(255, level >> 8)))
                        }
                    }
                }
            }
        }
    }
}

extension GroundPicture {
    /// The colour between four pixels, bilinear; beyond the picture that of its edge.
    ///
    /// - Parameter x: 1/256 pixels.
    @inline(__always)
    func between(_ pixels: UnsafeBufferPointer<UInt32>, _ x: Int, _ y: Int) -> UInt32 {
        let column = max(0, min(x >> 8, width - 2)), row = max(0, min(y >> 8, height - 2))
        let right = UInt32(truncatingIfNeeded: x & 255), down = UInt32(truncatingIfNeeded: y & 255)
        let at = row &* width &+ column
        // Two of the three colours at once: 16 bits each are enough for a product with 256.
        func mix(_ one: UInt32, _ other: UInt32, _ part: UInt32) -> UInt32 {
            let ends = (one & 0xff00ff) &* (256 &- part) &+ (other & 0xff00ff) &* part
            let middle = (one & 0x00ff00) &* (256 &- part) &+ (other & 0x00ff00) &* part
            return (ends >> 8) & 0xff00ff | (middle >> 8) & 0x00ff00
        }
        let above = mix(pixels[at], pixels[at + 1], right)
        return mix(above, mix(pixels[at + width], pixels[at + width + 1], right), down)
    }
}
