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
        let strewn = Strewn(meadow: meadow, sun: SIMD2<Float>(sun))
        // Light takes four times the memory of bytes: strip by strip there is little of it.
        let strip = 64
        let strips = try Crew.gather((height + strip - 1) / strip) { number in
            let rows = number * strip..<min((number + 1) * strip, height)
            let hues = Self.strip(rows, width, perMetre, meadow, site, relief)
            var canvas = Canvas(width: width, rows: rows, hues: hues, perMetre: Float(perMetre))
            strewn.lie(on: &canvas)
            return canvas.hues.map { hue in
                func byte(_ light: Float) -> UInt32 { UInt32(Light.level(light)) }
                return byte(hue.x) | byte(hue.y) << 8 | byte(hue.z) << 16
            }
        }
        pixels = Array(strips.joined())
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
        var above: [Meadow.Wide] = [], below: [Meadow.Wide] = []
        for row in rows {
            // Places that all strips share, so that no seam shows.
            let part = row % step
            if part == 0 || above.isEmpty {
                above = part == 0 && !below.isEmpty ? below : line(row - part)
                below = line(row - part + step)
            }
            let slow = zip(above, below).map { $0.towards($1, Float(part) / Float(step)) }
            let down = (Double(row) + 0.5) / perMetre - reach.y
            for column in 0..<width {
                let along = (Double(column) + 0.5) / perMetre - reach.x
                let (place, share) = (column / step, Float(column % step) / Float(step))
                let here = slow[place].towards(slow[place + 1], share)
                hues.append(meadow.colour(Float(along), Float(down), here, finest: Float(1 / perMetre)))
            }
        }
        return hues

        func line(_ row: Int) -> [Meadow.Wide] {
            let down = (Double(row) + 0.5) / perMetre - reach.y
            return stride(from: 0, to: width + 2 * step, by: step).map { wide($0, down) }
        }

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
    /// Of the whole picture.
    let rows: Range<Int>
    var hues: [Hue]
    let perMetre: Float

    /// Whether there are pixels so near to metres down the slope.
    func reaches(_ down: Float, _ reach: Float) -> Bool {
        let middle = (down + Float(GroundPicture.reach.y)) * perMetre - Float(rows.lowerBound)
        return middle + reach * perMetre > -2 && middle - reach * perMetre < Float(rows.count + 2)
    }

    /// Changes the pixels around a place.
    ///
    /// - Parameters:
    ///   - place: metres along the slope and down it.
    ///   - reach: metres.
    ///   - change: gets metres from the place, and the pixel's colour.
    mutating func change(_ place: SIMD2<Float>, reach: Float, _ change: (SIMD2<Float>, Hue) -> Hue) {
        var middle = (place + SIMD2<Float>(GroundPicture.reach)) * perMetre - 0.5
        middle.y -= Float(rows.lowerBound)
        let half = reach * perMetre
        func near(_ middle: Float, _ count: Int) -> Range<Int> {
            let first = Int((middle - half).rounded(.down)), last = Int((middle + half).rounded(.up))
            return (first..<last + 1).clamped(to: 0..<count)
        }
        let columns = near(middle.x, width), lines = near(middle.y, rows.count)
        for row in lines {
            for column in columns {
                let away = (SIMD2(Float(column), Float(row)) - middle) / perMetre
                hues[row * width + column] = change(away, hues[row * width + column])
            }
        }
    }
}
