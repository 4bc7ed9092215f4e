// Noise of each sample for itself.
import Glibc

extension Samples {
    /// Adds numbers of a normal distribution, two at a time by the way of Box and Muller.
    mutating func addNoise(deviation: Double, _ generator: inout SeededGenerator) {
        for place in stride(from: 0, to: values.count, by: 2) {
            let radius = deviation * (-2 * log(1 - generator.uniform())).squareRoot()
            let angle = 2 * Double.pi * generator.uniform()
            values[place] += Float(radius * cos(angle))
            if place + 1 < values.count { values[place + 1] += Float(radius * sin(angle)) }
        }
    }
}
