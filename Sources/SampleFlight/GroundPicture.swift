// The ground as it looks from straight above, in the light of the day.
import Glibc
import Threads

/// A picture of the site, drawn once, which every frame of the camera shows a part of.
struct GroundPicture: Sendable {
    /// Metres from the site's middle to the picture's edges, along the slope and down it.
    static let reach = SIMD2<Double>(112, 92)

    let perMetre: Double
    let width: Int
    let height: Int
    /// Red, green and blue from the lowest byte on.
    let pixels: [UInt32]

    init(site: Site, relief: Relief, perMetre: Double) throws(ThreadError) {
        let width = Int(2 * Self.reach.x * perMetre), height = Int(2 * Self.reach.y * perMetre)
        (self.perMetre, self.width, self.height) = (perMetre, width, height)
        let sun = site.local(site.middle.x + Light.towards.x, site.middle.y + Light.towards.y)
        let meadow = Meadow(sun: SIMD2<Float>(sun))
        let strip = 64
        let strips = try Crew.gather((height + strip - 1) / strip) { number in
            let rows = number * strip..<min((number + 1) * strip, height)
            return Self.strip(rows, width, perMetre, meadow, site, relief)
        }
        var canvas = Canvas(width: width, hues: Array(strips.joined()), perMetre: Float(perMetre))
        Strewn(meadow: meadow, sun: SIMD2<Float>(sun)).lie(on: &canvas)
        let drawn = canvas
        let packed = try Crew.gather((height + strip - 1) / strip) { number in
            let part = drawn.hues[number * strip * width..<min((number + 1) * strip, height) * width]
            return part.map { hue in
                func byte(_ light: Float) -> UInt32 { UInt32(Light.level(light)) }
                return byte(hue.x) | byte(hue.y) << 8 | byte(hue.z) << 16
            }
        }
        pixels = Array(packed.joined())
    }

    /// Pixels of the picture at metres along the slope and down it.
    func pixel(_ local: SIMD2<Double>) -> SIMD2<Double> { (local + Self.reach) * perMetre - 0.5 }

    /// Lit ground, row by row.
    private static func strip(
        _ rows: Range<Int>, _ width: Int, _ perMetre: Double, _ meadow: Meadow, _ site: Site, _ relief: Relief
    ) -> [Hue] {
        var hues: [Hue] = []
        hues.reserveCapacity(rows.count * width)
        let step = max(Int(0.5 * perMetre), 1)
        for row in rows {
            let down = (Double(row) + 0.5) / perMetre - reach.y
            var before = wide(0, down), after = before
            for column in 0..<width {
                if column % step == 0 {
                    before = after
                    after = wide(column + step, down)
                }
                let along = (Double(column) + 0.5) / perMetre - reach.x
                let slow = before.towards(after, Float(column % step) / Float(step))
                hues.append(meadow.colour(Float(along), Float(down), slow, finest: Float(1 / perMetre)))
            }
        }
        return hues

        func wide(_ column: Int, _ down: Double) -> Meadow.Wide {
            let along = (Double(column) + 0.5) / perMetre - reach.x
            var wide = meadow.wide(Float(along), Float(down))
            let place = site.place(along: along, down: down)
            wide.light = Light.onGround(relief.normal(place.x, place.y))
            return wide
        }
    }
}

/// A picture in the making: light, not bytes yet.
struct Canvas: Sendable {
    let width: Int
    var hues: [Hue]
    let perMetre: Float
    var height: Int { hues.count / width }

    /// Changes the pixels around a place.
    ///
    /// - Parameters:
    ///   - place: metres along the slope and down it.
    ///   - reach: metres.
    ///   - change: gets metres from the place, and the pixel's colour.
    mutating func change(_ place: SIMD2<Float>, reach: Float, _ change: (SIMD2<Float>, Hue) -> Hue) {
        let middle = (place + SIMD2<Float>(GroundPicture.reach)) * perMetre - 0.5
        let half = reach * perMetre
        func near(_ middle: Float, _ count: Int) -> Range<Int> {
            let first = Int((middle - half).rounded(.down)), last = Int((middle + half).rounded(.up))
            return (first..<last + 1).clamped(to: 0..<count)
        }
        let columns = near(middle.x, width), rows = near(middle.y, height)
        for row in rows {
            for column in columns {
                let away = (SIMD2(Float(column), Float(row)) - middle) / perMetre
                hues[row * width + column] = change(away, hues[row * width + column])
            }
        }
    }
}
