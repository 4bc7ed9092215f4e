// The colours of the ground without what lies on it.
import Glibc

/// Grass of several kinds, dry and trodden places, scree, a path, a stream: what colour they have at a place.
struct Meadow: Sendable {
    private static let green = (dark: Hue(0.165, 0.215, 0.075), light: Hue(0.3, 0.325, 0.125))
    private static let dry = Hue(0.47, 0.415, 0.225)
    private static let soil = Hue(0.34, 0.265, 0.175)
    private static let trodden = Hue(0.46, 0.385, 0.275)
    private static let gravel = (dark: Hue(0.25, 0.245, 0.235), light: Hue(0.47, 0.455, 0.43))
    private static let water = (deep: Hue(0.045, 0.075, 0.07), shallow: Hue(0.16, 0.165, 0.12))
    private static let foam = Hue(0.62, 0.66, 0.68)

    private let noise = Noise(seed: 7)
    /// Towards the sun over the ground: along the slope and down it.
    private let sun: SIMD2<Float>

    init(sun: SIMD2<Float>) { self.sun = sun }

    /// What changes so slowly over the ground that it may be interpolated between places half a metre apart.
    struct Wide: Sendable {
        fileprivate var values: SIMD8<Float>
        /// What falls on the ground.
        var light: Float {
            get { values[6] }
            set { values[6] = newValue }
        }

        func towards(_ other: Wide, _ part: Float) -> Wide { Wide(values: values + (other.values - values) * part) }
    }

    func wide(_ along: Float, _ down: Float) -> Wide {
        // Pushed about, so that no border follows the noise's lattice.
        let right = 2.2 * (noise.clouds(along / 2.9 + 31, down / 2.9, 2) - 0.5)
        let low = 2.2 * (noise.clouds(along / 2.9, down / 2.9 + 77, 2) - 0.5)
        let (x, y) = (along + right, down + low)
        return Wide(
            values: SIMD8(
                noise.clouds(x / 27 + 3.1, y / 27 + 8.2, 3), stones(x, y), Courses.beside(path: along, down),
                Courses.beside(stream: along, down), right, low, 1, 0))
    }

    /// How much stones there are: 0 to 1.
    func stones(_ along: Float, _ down: Float) -> Float {
        Self.edge(noise.clouds(along / 34 + 11.4, down / 34 + 3.3, 4), 0.585, 0.05)
    }

    /// The colour of a place, lit.
    ///
    /// - Parameter finest: metres below which nothing is drawn.
    func colour(_ along: Float, _ down: Float, _ slow: Wide, finest: Float) -> Hue {
        let (wide, stones) = (slow.values[0], slow.values[1])
        let middle = noise.clouds((along + slow.values[4]) / 4.1 + 40, (down + slow.values[5]) / 4.1, 3)
        let small = noise.clouds(along / 0.75, down / 0.75 + 9, 2)
        let fine = finest < 0.3 ? noise.clouds(along / 0.21 + 5, down / 0.21, 2) : 0.5

        var hue = Self.mix(Self.green.dark, Self.green.light, Self.edge(0.55 * middle + 0.45 * wide, 0.5, 0.16))
        hue = Self.mix(hue, Self.dry, 0.85 * Self.edge(0.6 * wide + 0.25 * middle + 0.15 * small, 0.56, 0.07))
        // Tufts: darker, greener, as large as a boot.
        hue = Self.mix(hue, Self.green.dark * 0.8, 0.55 * Self.edge(small + 0.25 * (middle - 0.5), 0.62, 0.07))
        let bare = Self.edge(middle + 0.9 * (wide - 0.5) - 0.3 * (small - 0.5), 0.7, 0.05)
        hue = Self.mix(hue, Self.soil, 0.75 * bare)
        if stones > 0 {
            let lump = Self.edge(0.5 * small + 0.5 * fine, 0.5, 0.16)
            let ground = Self.mix(Self.gravel.dark, Self.gravel.light, lump)
            hue = Self.mix(hue, ground, stones * Self.edge(0.6 * small + 0.4 * fine, 0.42, 0.1))
        }
        hue = withPath(hue, slow.values[2], small: small, fine: fine)
        // Bumps: what rises towards the sun is brighter than what falls away from it.
        let step: Float = 0.11
        let (x, y) = (along + sun.x * step, down + sun.y * step)
        let rise = noise.clouds(x / 0.75, y / 0.75 + 9, 2) - small
        let ripple = finest < 0.3 ? noise.clouds(x / 0.21 + 5, y / 0.21, 2) - fine : 0
        let grass = 0.76 + 0.48 * fine
        hue *= max(0.45, grass * (1 - 1.6 * rise - (0.5 + 0.5 * stones) * ripple))
        return withStream(hue, slow.values[3], down, small: small, fine: fine) * slow.light
    }

    private func withPath(_ hue: Hue, _ beside: Float, small: Float, fine: Float) -> Hue {
        let away = abs(beside) + 0.5 * (small - 0.5)
        guard away < 1.6 else { return hue }
        let verge = Self.mix(hue, Self.dry * 0.9, 0.6 * (1 - Self.edge(away, 0.9, 0.5)))
        let ground = Self.trodden * (0.85 + 0.3 * fine)
        return Self.mix(verge, ground, 1 - Self.edge(away, 0.52, 0.14))
    }

    private func withStream(_ hue: Hue, _ beside: Float, _ down: Float, small: Float, fine: Float) -> Hue {
        let away = abs(beside) + 0.7 * (small - 0.5)
        guard away < 4 else { return hue }
        let width = 0.75 + 0.35 * noise.quick(down / 9, 3)
        // Wet ground and washed stones beside it.
        var hue = hue * (1 - 0.3 * (1 - Self.edge(away, width + 0.8, 0.6)))
        let pebbles = Self.mix(Self.gravel.dark, Self.gravel.light, Self.edge(0.4 * small + 0.6 * fine, 0.5, 0.2))
        hue = Self.mix(hue, pebbles * 0.85, 0.8 * (1 - Self.edge(away + 0.6 * (fine - 0.5), width + 0.55, 0.25)))
        let depth = 1 - Self.edge(away, width * 0.6, 0.3)
        var water = Self.mix(Self.water.shallow, Self.water.deep, depth)
        // Foam in streaks along the current, where it falls over stones.
        let streak = noise.clouds(beside / 0.16 + 20, down / 0.9, 2) * noise.quick(down / 3.1, 70)
        water = Self.mix(water, Self.foam, 0.85 * Self.edge(streak, 0.47, 0.07))
        return Self.mix(hue, water, 1 - Self.edge(away, width, 0.12))
    }

    static func mix(_ one: Hue, _ other: Hue, _ share: Float) -> Hue { one + (other - one) * share }

    /// 0 below a level, 1 above it, `softness` from the middle to either.
    static func edge(_ value: Float, _ level: Float, _ softness: Float) -> Float {
        let part = min(max((value - level) / softness * 0.5 + 0.5, 0), 1)
        return part * part * (3 - 2 * part)
    }
}
