// How far the outputs of two models are apart.
import Glibc

enum Decibels {
    /// The ratio of powers that so many decibels are.
    static func power(_ decibels: Double) -> Double { exp(decibels * log(10) / 10) }

    /// Signal to noise in decibels, from -120 to 120.
    static func ratio(signal: Double, noise: Double) -> Double {
        guard noise > signal * 1e-12 else { return 120 }
        return signal > 0 ? max(10 * log10(signal / noise), -120) : -120
    }
}

/// Signal and noise added up over outputs and samples.
public struct OutputDistance: Sendable, Hashable {
    private var signal = 0.0
    private var noise = 0.0
    private var product = 0.0
    private var other = 0.0
    /// The least signal-to-noise ratio of one sample in decibels; samples of zeros do not count.
    public private(set) var worstDecibels = 120.0

    public init() {}

    /// Takes in one sample. Where the wanted number is infinite there is nothing to compare; one found that is not finite is all noise.
    /// Complexity: O(n).
    mutating func add(_ wanted: UnsafeBufferPointer<Float>, _ found: UnsafeBufferPointer<Float>) {
        var (signal, noise) = (0.0, 0.0)
        for (a, b) in zip(wanted, found) where a.isFinite {
            let (a, b) = (Double(a), Double(b))
            signal += a * a
            noise += b.isFinite ? (a - b) * (a - b) : .infinity
            guard b.isFinite else { continue }
            other += b * b
            product += a * b
        }
        self.signal += signal
        self.noise += noise
        if signal > 0 { worstDecibels = min(worstDecibels, Decibels.ratio(signal: signal, noise: noise)) }
    }

    /// Signal-to-noise ratio in decibels; 120 at most, where there is no noise.
    public var decibels: Double { Decibels.ratio(signal: signal, noise: noise) }

    /// Cosine of the angle between the outputs as vectors; 1 where both are zero.
    public var cosine: Double {
        let length = (signal * other).squareRoot()
        return length > 0 ? product / length : signal == other ? 1 : 0
    }
}
