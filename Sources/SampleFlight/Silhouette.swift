// Somebody in a frame, with their shadow.
import Glibc
import Imaging

enum Silhouette {
    /// Samples across a pixel.
    private static let fine = 4

    /// A limb in the picture: pixels, and metres deep.
    private struct Stroke {
        let start, end: SIMD2<Double>
        let depths: (Double, Double)
        let radii: (Double, Double)
        let hue: Hue

        init(_ limb: Limb, from foot: Point, _ view: View) {
            let (one, other) = (view.pixel(foot + limb.start), view.pixel(foot + limb.end))
            (start, end) = (one.at, other.at)
            depths = (one.depth, other.depth)
            radii = (limb.radii.0 * view.focal / one.depth, limb.radii.1 * view.focal / other.depth)
            hue = limb.hue
        }

        /// Of a sample: how far along the limb it is, from there in radii, and the radius there; `nil` beside it.
        func hit(_ at: SIMD2<Double>) -> (along: Double, away: SIMD2<Double>, radius: Double)? {
            let axis = end - start
            let length = max((axis * axis).sum(), 1e-9)
            let along = min(max(((at - start) * axis).sum() / length, 0), 1)
            let radius = radii.0 + (radii.1 - radii.0) * along
            let away = (at - start - axis * along) / max(radius, 1e-6)
            return (away * away).sum() < 1 ? (along, away, radius) : nil
        }
    }

    /// The pixels that strokes may cover, if some are in the picture.
    private struct Patch {
        let columns: Range<Int>
        let rows: Range<Int>

        init?(_ strokes: [Stroke], _ view: View) {
            var low = SIMD2(1e9, 1e9), high = SIMD2(-1e9, -1e9)
            for stroke in strokes {
                for (at, radius) in [(stroke.start, stroke.radii.0), (stroke.end, stroke.radii.1)] {
                    low = pointwiseMin(low, at - radius)
                    high = pointwiseMax(high, at + radius)
                }
            }
            guard high.x > -1, high.y > -1, low.x < Double(view.width), low.y < Double(view.height),
                high.x - low.x < 4000, high.y - low.y < 4000
            else { return nil }
            columns = Int(low.x.rounded(.down))..<Int(high.x.rounded(.up)) + 2
            rows = Int(low.y.rounded(.down))..<Int(high.y.rounded(.up)) + 2
        }
    }

    private static func samples(_ column: Int, _ row: Int) -> [SIMD2<Double>] {
        (0..<fine * fine).map { number in
            let (x, y) = (Double(number % fine) + 0.5, Double(number / fine) + 0.5)
            return SIMD2(Double(column) - 0.5 + x / Double(fine), Double(row) - 0.5 + y / Double(fine))
        }
    }

    /// Takes the sun from the ground.
    static func shade(_ person: Person, _ view: View, _ normal: Point, _ bytes: inout [UInt8]) {
        let facing = (Light.towards * normal).sum()
        let strokes = person.limbs.map { limb in
            Stroke(limb.moved { $0 - Light.towards * (max(($0 * normal).sum(), 0) / facing) }, from: person.foot, view)
        }
        guard let patch = Patch(strokes, view) else { return }
        let dark = pow(Light.shade / Light.onGround(normal), Light.tone)
        for row in patch.rows.clamped(to: 0..<view.height) {
            for column in patch.columns.clamped(to: 0..<view.width) {
                let covered = samples(column, row).filter { at in strokes.contains { $0.hit(at) != nil } }.count
                guard covered > 0 else { continue }
                let part = Float(covered) / Float(fine * fine)
                let place = 3 * (row * view.width + column)
                for channel in place..<place + 3 {
                    bytes[channel] = UInt8(Float(bytes[channel]) * (1 - (1 - dark) * part))
                }
            }
        }
    }

    /// - Returns: `nil` where nothing of them is in the picture.
    static func paint(_ person: Person, _ view: View, _ bytes: inout [UInt8], _ chance: inout Chance) -> Shown? {
        let strokes = person.limbs.map { Stroke($0, from: person.foot, view) }
        guard let patch = Patch(strokes, view) else { return nil }
        let axes = (view.right, view.bottom, view.ahead)
        func seen(_ way: Point) -> Point { Point((way * axes.0).sum(), (way * axes.1).sum(), (way * axes.2).sum()) }
        let sun = seen(Light.towards), up = seen(Point(0, 0, 1))
        var (inside, all) = (0, 0)
        var box: (left: Int, top: Int, right: Int, bottom: Int)?
        for row in patch.rows {
            for column in patch.columns {
                var (sum, count) = (Hue.zero, 0)
                for at in samples(column, row) {
                    guard let hue = light(at, strokes, view, sun: sun, up: up) else { continue }
                    sum += hue
                    count += 1
                }
                // Of a pixel, a smaller part is not seen as theirs.
                let counts = count * 5 > fine * fine * 2
                if counts { all += 1 }
                guard count > 0, (0..<view.width).contains(column), (0..<view.height).contains(row) else { continue }
                if counts {
                    inside += 1
                    let old = box ?? (column, row, column, row)
                    box = (
                        min(old.left, column), min(old.top, row), max(old.right, column), max(old.bottom, row)
                    )
                }
                let part = Float(count) / Float(fine * fine)
                let hue = sum / Float(count) * (1 + 0.04 * Float(chance.normal(1)))
                let place = 3 * (row * view.width + column)
                for channel in 0..<3 {
                    let old = Float(bytes[place + channel])
                    bytes[place + channel] = UInt8(old + (Light.level(hue[channel]) - old) * part)
                }
            }
        }
        guard let box else { return nil }
        return Shown(
            number: person.number,
            box: Box(
                x: Float(box.left), y: Float(box.top), width: Float(box.right - box.left + 1),
                height: Float(box.bottom - box.top + 1)),
            part: Double(inside) / Double(all))
    }

    /// Of what is nearest at a sample.
    private static func light(
        _ at: SIMD2<Double>, _ strokes: [Stroke], _ view: View, sun: Point, up: Point
    ) -> Hue? {
        var nearest = Double.infinity
        var found: Hue?
        for stroke in strokes {
            guard let hit = stroke.hit(at) else { continue }
            let front = (1 - (hit.away * hit.away).sum()).squareRoot()
            let depth = stroke.depths.0 + (stroke.depths.1 - stroke.depths.0) * hit.along
            let surface = depth - front * hit.radius * depth / view.focal
            guard surface < nearest else { continue }
            nearest = surface
            let normal = Point(hit.away.x, hit.away.y, -front)
            let lit = Float(max((normal * sun).sum(), 0)), open = 0.6 + 0.4 * Float((normal * up).sum())
            found = stroke.hue * (Light.sky * open + Light.sun * 1.35 * lit + 0.12 * Light.sun)
        }
        return found
    }
}
