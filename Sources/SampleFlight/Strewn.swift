// What lies and grows on the meadow.
import Glibc

/// Stones and dwarf shrubs, drawn from straight above: none of them is so high that another view of it would show.
struct Strewn: Sendable {
    private static let granite = Hue(0.43, 0.425, 0.41)
    private static let leaves = [Hue(0.075, 0.125, 0.04), Hue(0.11, 0.165, 0.055), Hue(0.15, 0.17, 0.07)]
    /// How many of each are tried.
    private static let tries = (stones: 15_000, shrubs: 1100)

    private struct Stone: Sendable {
        let place: SIMD2<Float>
        let radius: Float
        let phases: [Float]
        let hue: Hue

        /// 0 in the middle, 1 on the outline.
        func part(_ away: SIMD2<Float>) -> Float {
            let angle = atan2(away.y, away.x)
            let lobes = 0.2 * cos(2 * angle + phases[0]) + 0.1 * cos(3 * angle + phases[1])
            return (away * away).sum().squareRoot() / (radius * (0.85 + lobes + 0.05 * cos(7 * angle + phases[2])))
        }
    }

    private struct Shrub: Sendable {
        /// A ball of leaves, with its brightness.
        typealias Ball = (place: SIMD2<Float>, radius: Float, light: Float)

        let middle: SIMD2<Float>
        let size: Float
        let hue: Hue
        let balls: [Ball]
    }

    private let noise = Noise(seed: 19)
    private let stones: [Stone]
    private let shrubs: [Shrub]
    /// Towards the sun: along the slope, down it, up.
    private let towards: SIMD3<Float>
    /// Metres of shadow of a metre of height.
    private let shadow: SIMD2<Float>

    /// - Parameter sun: towards it over the ground.
    init(meadow: Meadow, sun: SIMD2<Float>) {
        towards = SIMD3(sun.x, sun.y, Float(Light.towards.z))
        shadow = -sun / Float(Light.towards.z)
        var chance = Chance(23)
        let noise = noise
        stones = (0..<Self.tries.stones).compactMap { _ in Self.stone(meadow, &chance) }
        shrubs = (0..<Self.tries.shrubs).compactMap { _ in Self.shrub(meadow, noise, &chance) }
    }

    /// Complexity: O(all things + pixels of those that reach into the canvas).
    func lie(on canvas: inout Canvas) {
        for stone in stones where canvas.reaches(stone.place.y, 2 * stone.radius) { paint(stone, &canvas) }
        for shrub in shrubs where canvas.reaches(shrub.middle.y, 4 * shrub.size) { paint(shrub, &canvas) }
    }

    private static func spot(_ chance: inout Chance) -> SIMD2<Float> {
        let reach = GroundPicture.reach
        return SIMD2(Float(chance.uniform(-reach.x...reach.x)), Float(chance.uniform(-reach.y...reach.y)))
    }

    /// Where people and water go there is no place for others.
    private static func isFree(_ place: SIMD2<Float>, of radius: Float) -> Bool {
        abs(Courses.beside(path: place.x, place.y)) > radius + 0.7
    }

    private static func stone(_ meadow: Meadow, _ chance: inout Chance) -> Stone? {
        let place = spot(&chance)
        let size = Float(chance.uniform(0...1)), luck = Float(chance.uniform(0...1))
        let water = abs(Courses.beside(stream: place.x, place.y))
        let gravel = max(meadow.stones(place.x, place.y), water < 3 ? 0.7 - 0.2 * water : 0)
        // In the grass small ones have sunk in. Few are large.
        let least: Float = gravel > 0.3 ? 0.1 : 0.24
        let radius = least + 0.8 * size * size * size * size * size
        let phases = (0..<3).map { _ in Float(chance.uniform(0...(2 * .pi))) }
        let tint = Hue(Float(chance.uniform(0.98...1.08)), 1, Float(chance.uniform(0.9...1)))
        let brightness = Float(chance.uniform(0.7...1.2)) * (water < 0.8 ? 0.7 : 1)
        let hue = granite * tint * brightness
        guard luck < 0.02 + gravel, isFree(place, of: radius) else { return nil }
        return Stone(place: place, radius: radius, phases: phases, hue: hue)
    }

    private static func shrub(_ meadow: Meadow, _ noise: Noise, _ chance: inout Chance) -> Shrub? {
        let middle = spot(&chance)
        let size = Float(chance.uniform(0.35...1.25)), luck = Float(chance.uniform(0...1))
        let hue = leaves[chance.index(below: leaves.count)]
        let balls = (0..<Int(8 + 16 * size)).map { _ in
            let away = SIMD2(Float(chance.normal(0.42)), Float(chance.normal(0.42))) * size
            let radius = Float(chance.uniform(0.12...0.34)) * size.squareRoot()
            return (middle + away, radius, Float(chance.uniform(0.7...1.25)))
        }
        // They stand together, away from stones and water.
        let crowd = noise.clouds(middle.x / 15 + 7, middle.y / 15, 3)
        let water = abs(Courses.beside(stream: middle.x, middle.y))
        guard luck < Meadow.edge(crowd, 0.56, 0.06), isFree(middle, of: size * 1.3), water > 2 + size,
            meadow.stones(middle.x, middle.y) < 0.5
        else { return nil }
        return Shrub(middle: middle, size: size, hue: hue, balls: balls.sorted { $0.2 < $1.2 })
    }

    private func paint(_ stone: Stone, _ canvas: inout Canvas) {
        let (place, radius) = (stone.place, stone.radius)
        // Half as high as it is wide, and sunk in by a half.
        canvas.change(place + shadow * radius * 0.33, reach: radius * 1.3) { away, ground in
            ground * (1 - 0.55 * (1 - Meadow.edge(stone.part(away), 0.95, 0.2)))
        }
        canvas.change(place, reach: radius * 1.3) { away, ground in
            let out = stone.part(away)
            guard out < 1.2 else { return ground }
            // A dome with broken faces.
            let at = place + away
            let rough = noise.quick(at.x * 5, at.y * 5) - 0.5
            let lean = away / radius * (0.9 + 0.8 * rough)
            let normal = SIMD3(lean.x, lean.y, 0.9)
            let lit = max((normal * towards).sum() / (normal * normal).sum().squareRoot(), 0)
            let grain = 0.86 + 0.28 * noise.quick(at.x * 17, at.y * 17)
            let shown = stone.hue * grain * (Light.shade + Light.sun * 1.35 * lit)
            return Meadow.mix(ground, shown, 1 - Meadow.edge(out, 1, 0.12))
        }
    }

    private func paint(_ shrub: Shrub, _ canvas: inout Canvas) {
        for ball in shrub.balls {
            canvas.change(ball.place + shadow * 0.45 * shrub.size, reach: ball.radius * 1.3) { away, ground in
                let out = (away * away).sum().squareRoot() / ball.radius
                return ground * (1 - 0.3 * (1 - Meadow.edge(out, 1, 0.25)))
            }
        }
        for ball in shrub.balls {
            canvas.change(ball.place, reach: ball.radius * 1.2) { away, ground in
                let at = ball.place + away
                let ragged = noise.quick(at.x * 9, at.y * 9)
                let out = (away * away).sum().squareRoot() / ball.radius + 0.5 * (ragged - 0.5)
                guard out < 1.1 else { return ground }
                let normal = SIMD3(away.x, away.y, 0.75 * ball.radius)
                let lit = max((normal * towards).sum() / (normal * normal).sum().squareRoot(), 0)
                let leaf = 0.5 + noise.quick(at.x * 14 + 3, at.y * 14)
                let shown = shrub.hue * ball.light * leaf * (0.8 * Light.shade + Light.sun * 1.35 * lit)
                return Meadow.mix(ground, shown, 1 - Meadow.edge(out, 0.95, 0.15))
            }
        }
    }
}
