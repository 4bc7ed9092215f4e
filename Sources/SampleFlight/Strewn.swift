// What lies and grows on the meadow.
import Glibc

/// Stones and dwarf shrubs, drawn from straight above: none of them is so high that another view of it would show.
struct Strewn {
    private static let granite = Hue(0.43, 0.425, 0.41)
    private static let leaves = [Hue(0.075, 0.125, 0.04), Hue(0.11, 0.165, 0.055), Hue(0.15, 0.17, 0.07)]
    /// How many of each are tried.
    private static let tries = (stones: 15_000, shrubs: 1100)

    private let meadow: Meadow
    private let noise = Noise(seed: 19)
    /// Towards the sun over the ground.
    private let sun: SIMD2<Float>
    /// The same with its height: along, down, up.
    private let towards: SIMD3<Float>
    /// Metres of shadow of a metre of height.
    private let shadow: SIMD2<Float>

    init(meadow: Meadow, sun: SIMD2<Float>) {
        self.meadow = meadow
        self.sun = sun
        towards = SIMD3(sun.x, sun.y, Float(Light.towards.z))
        shadow = -sun / Float(Light.towards.z)
    }

    func lie(on canvas: inout Canvas) {
        var chance = Chance(23)
        for _ in 0..<Self.tries.stones { stone(&canvas, &chance) }
        for _ in 0..<Self.tries.shrubs { shrub(&canvas, &chance) }
    }

    private func spot(_ chance: inout Chance) -> SIMD2<Float> {
        let reach = GroundPicture.reach
        return SIMD2(Float(chance.uniform(-reach.x...reach.x)), Float(chance.uniform(-reach.y...reach.y)))
    }

    /// Where people and water go there is no place for others.
    private func isFree(_ place: SIMD2<Float>, of radius: Float) -> Bool {
        abs(Courses.beside(path: place.x, place.y)) > radius + 0.7
    }

    private func stone(_ canvas: inout Canvas, _ chance: inout Chance) {
        let place = spot(&chance)
        let size = Float(chance.uniform(0...1)), luck = Float(chance.uniform(0...1))
        // Few are large.
        let water = abs(Courses.beside(stream: place.x, place.y))
        let gravel = max(meadow.stones(place.x, place.y), water < 3 ? 0.7 - 0.2 * water : 0)
        let likely = 0.02 + gravel
        // In the grass small ones have sunk in.
        let least: Float = gravel > 0.3 ? 0.1 : 0.24
        let radius = least + 0.8 * size * size * size * size * size
        let phases = (0..<3).map { _ in Float(chance.uniform(0...(2 * .pi))) }
        let tint = Hue(Float(chance.uniform(0.98...1.08)), 1, Float(chance.uniform(0.9...1)))
        let hue = Self.granite * tint * Float(chance.uniform(0.7...1.2))
        guard luck < likely, isFree(place, of: radius) else { return }
        /// 0 in the middle, 1 on the outline.
        func part(_ away: SIMD2<Float>) -> Float {
            let angle = atan2(away.y, away.x)
            let lobes = 0.2 * cos(2 * angle + phases[0]) + 0.1 * cos(3 * angle + phases[1])
            return (away * away).sum().squareRoot() / (radius * (0.85 + lobes + 0.05 * cos(7 * angle + phases[2])))
        }
        let tall = 0.55 * radius
        canvas.change(place + shadow * tall * 0.6, reach: radius * 1.3) { away, ground in
            ground * (1 - 0.55 * (1 - Meadow.edge(part(away), 0.95, 0.2)))
        }
        let dry = water < 0.8 ? Float(0.7) : 1
        canvas.change(place, reach: radius * 1.3) { away, ground in
            let out = part(away)
            guard out < 1.2 else { return ground }
            // A dome with broken faces.
            let rough = noise.quick((place.x + away.x) * 5, (place.y + away.y) * 5) - 0.5
            let lean = away / radius * (0.9 + 0.8 * rough)
            let normal = SIMD3(lean.x, lean.y, 0.9)
            let lit = max((normal * towards).sum() / (normal * normal).sum().squareRoot(), 0)
            let grain = 0.86 + 0.28 * noise.quick((place.x + away.x) * 17, (place.y + away.y) * 17)
            let shown = hue * dry * grain * (Light.shade + Light.sun * 1.35 * lit)
            return Meadow.mix(ground, shown, 1 - Meadow.edge(out, 1, 0.12))
        }
    }

    private func shrub(_ canvas: inout Canvas, _ chance: inout Chance) {
        let middle = spot(&chance)
        let size = Float(chance.uniform(0.35...1.25)), luck = Float(chance.uniform(0...1))
        let kind = chance.index(below: Self.leaves.count)
        let balls = (0..<Int(8 + 16 * size)).map { _ in
            SIMD4(
                Float(chance.normal(0.42)) * size, Float(chance.normal(0.42)) * size,
                Float(chance.uniform(0.12...0.34)) * size.squareRoot(), Float(chance.uniform(0.7...1.25)))
        }
        // They stand together, away from stones and water.
        let crowd = noise.clouds(middle.x / 15 + 7, middle.y / 15, 3)
        let water = abs(Courses.beside(stream: middle.x, middle.y))
        guard luck < Meadow.edge(crowd, 0.56, 0.06), isFree(middle, of: size * 1.3), water > 2 + size,
            meadow.stones(middle.x, middle.y) < 0.5
        else { return }
        for ball in balls {
            let place = middle + SIMD2(ball.x, ball.y)
            canvas.change(place + shadow * 0.45 * size, reach: ball.z * 1.3) { away, ground in
                let out = (away * away).sum().squareRoot() / ball.z
                return ground * (1 - 0.3 * (1 - Meadow.edge(out, 1, 0.25)))
            }
        }
        for ball in balls.sorted(by: { $0.w < $1.w }) {
            let place = middle + SIMD2(ball.x, ball.y)
            canvas.change(place, reach: ball.z * 1.2) { away, ground in
                let at = place + away
                let ragged = noise.quick(at.x * 9, at.y * 9)
                let out = (away * away).sum().squareRoot() / ball.z + 0.5 * (ragged - 0.5)
                guard out < 1.1 else { return ground }
                let normal = SIMD3(away.x, away.y, 0.75 * ball.z)
                let lit = max((normal * towards).sum() / (normal * normal).sum().squareRoot(), 0)
                let leaf = 0.5 + noise.quick(at.x * 14 + 3, at.y * 14)
                let shown = Self.leaves[kind] * ball.w * leaf * (0.8 * Light.shade + Light.sun * 1.35 * lit)
                return Meadow.mix(ground, shown, 1 - Meadow.edge(out, 0.95, 0.15))
            }
        }
    }
}
