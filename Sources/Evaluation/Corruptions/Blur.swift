// Blurs: of the lens and of movement.
import Glibc

extension Samples {
    /// A Gaussian blur, cut off at four deviations; the border goes on outside. Complexity: O(samples * deviation).
    mutating func blur(deviation: Double) {
        let reach = Int((4 * deviation).rounded())
        let weights = Self.gaussian(-reach...reach, deviation: deviation)
        let taps = weights.enumerated().map { (weight: $1, offset: $0 - reach) }
        gather(taps.map { ($0.weight, $0.offset, 0) })
        gather(taps.map { ($0.weight, 0, $0.offset) })
    }

    /// Movement by `radius` pixels, fading as half a Gaussian does, at `angle` (radians) to the rows. Complexity: O(samples * radius).
    mutating func smear(radius: Int, deviation: Double, angle: Double) {
        let weights = Self.gaussian(0...2 * radius, deviation: deviation)
        let (across, down) = (cos(angle), sin(angle))
        gather(
            weights.enumerated().map { step, weight in
                (weight, Int((Double(step) * across).rounded()), Int((Double(step) * down).rounded()))
            })
    }

    /// Weights that add up to 1.
    private static func gaussian(_ offsets: ClosedRange<Int>, deviation: Double) -> [Float] {
        let weights = offsets.map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
        let sum = weights.reduce(0, +)
        return weights.map { Float($0 / sum) }
    }

    /// Each sample becomes the weighted sum of those of its channel at the offsets.
    private mutating func gather(_ taps: [(weight: Float, x: Int, y: Int)]) {
        let source = values
        let (width, height, channels) = (width, height, channels)
        source.withUnsafeBufferPointer { source in
            values.withUnsafeMutableBufferPointer { target in
                for place in target.indices { target[place] = 0 }
                for (weight, offsetX, offsetY) in taps {
                    // Columns whose partner lies inside the row; the others take the nearest border.
                    let first = min(max(-offsetX, 0), width)
                    let last = max(min(width - offsetX, width), first)
                    for y in 0..<height {
                        let from = min(max(y + offsetY, 0), height - 1) * width
                        let to = y * width
                        for sample in first * channels..<last * channels {
                            target[to * channels + sample] +=
                                weight * source[(from + offsetX) * channels + sample]
                        }
                        for x in [0..<first, last..<width].joined() {
                            let partner = min(max(x + offsetX, 0), width - 1)
                            for channel in 0..<channels {
                                target[(to + x) * channels + channel] +=
                                    weight * source[(from + partner) * channels + channel]
                            }
                        }
                    }
                }
            }
        }
    }
}
