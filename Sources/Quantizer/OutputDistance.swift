// How far the outputs of two models are apart.
import Glibc

enum Decibels {
    /// The ratio of powers that so many decibels are.
    static func power(_ decibels: Double) -> Double { exp(decibels * log(10) / 10) }
}

/// Signal and noise added up over outputs and samples.
public struct OutputDistance: Sendable, Hashable {
    private var signal = 0.0
    private var noise = 0.0
    private var product = 0.0
    private var other = 0.0

    public init() {}

    /// Complexity: O(n).
    mutating func add(_ wanted: UnsafeBufferPointer<Float>, _ found: UnsafeBufferPointer<Float>) {
        for (a, b) in zip(wanted, found) {
            let (a, b) = (Double(a), Double(b))
            signal += a * a
            other += b * b
            product += a * b
            noise += (a - b) * (a - b)
        }
    }

    /// Signal-to-noise ratio in decibels; 120 at most, where there is no noise.
    public var decibels: Double {
        guard noise > signal * 1e-12 else { return 120 }
        return signal > 0 ? 10 * log10(signal / noise) : -120
    }

    /// Cosine of the angle between the outputs as vectors; 1 where both are zero.
    public var cosine: Double {
        let length = (signal * other).squareRoot()
        return length > 0 ? product / length : signal == other ? 1 : 0
    }
}
