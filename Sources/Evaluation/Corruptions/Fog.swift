// Fog: white in clouds of all sizes.

extension Samples {
    /// Adds `amount` times a cloud of 0...1, and scales back so that the brightest sample stays as bright.
    mutating func addFog(amount: Float, decay: Float, _ generator: inout SeededGenerator) {
        var (side, shift) = (1, 0)
        while side << shift < max(width, height) { if side < 1024 { side *= 2 } else { shift += 1 } }
        let cloud = Cloud(side: side, decay: decay, &generator)
        let brightest = values.max() ?? 0
        let scale = brightest / (brightest + amount)
        for y in 0..<height {
            for x in 0..<width {
                let white = amount * cloud.values[(y >> shift) * side + (x >> shift)]
                let pixel = (y * width + x) * channels
                for place in pixel..<pixel + channels { values[place] = (values[place] + white) * scale }
            }
        }
    }
}

/// A random field of 0...1 with structure of every size: diamond-square on a torus (Fournier, Fussell and Carpenter, 1982).
struct Cloud {
    private(set) var values: [Float]

    /// - Parameters:
    ///   - side: a power of two.
    ///   - decay: what the deviation is divided by, twice, from one size of structure to the next smaller one.
    init(side: Int, decay: Float, _ generator: inout SeededGenerator) {
        values = Array(repeating: 0, count: side * side)
        var step = side
        var deviation: Float = 1
        while step > 1 {
            let half = step / 2
            for y in stride(from: 0, to: side, by: step) {
                for x in stride(from: 0, to: side, by: step) {
                    set(x + half, y + half, distance: half, isDiagonal: true, side, deviation, &generator)
                }
            }
            for y in stride(from: 0, to: side, by: half) {
                for x in stride(from: y / half % 2 == 0 ? half : 0, to: side, by: step) {
                    set(x, y, distance: half, isDiagonal: false, side, deviation, &generator)
                }
            }
            step = half
            deviation /= decay * decay
        }
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let range = high > low ? high - low : 1
        for place in values.indices { values[place] = (values[place] - low) / range }
    }

    /// The mean of four neighbours, and some chance.
    private mutating func set(
        _ x: Int, _ y: Int, distance: Int, isDiagonal: Bool, _ side: Int, _ deviation: Float,
        _ generator: inout SeededGenerator
    ) {
        func value(_ x: Int, _ y: Int) -> Float { values[(y & (side - 1)) * side + (x & (side - 1))] }
        let d = distance
        let sum =
            isDiagonal
            ? value(x - d, y - d) + value(x + d, y - d) + value(x - d, y + d) + value(x + d, y + d)
            : value(x - d, y) + value(x + d, y) + value(x, y - d) + value(x, y + d)
        values[y * side + x] = sum / 4 + deviation * Float(2 * generator.uniform() - 1)
    }
}
