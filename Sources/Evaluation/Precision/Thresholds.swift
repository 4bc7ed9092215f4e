// The thresholds of COCO's metric, to the last bit as its reference implementation has them.

enum Thresholds {
    /// Overlaps that a finding must reach: 0.5, 0.55 to 0.95.
    static let overlaps = evenlySpaced(from: 0.5, to: 0.95, count: 10)
    /// Recalls at which precision is read: 0, 0.01 to 1.
    static let recalls = evenlySpaced(from: 0, to: 1, count: 101)

    /// Numbers in the arithmetic of numpy's `linspace`: multiples of a rounded step, the last one exact.
    static func evenlySpaced(from start: Double, to stop: Double, count: Int) -> [Double] {
        guard count > 1 else { return [start] }
        let step = (stop - start) / Double(count - 1)
        return (0..<count - 1).map { Double($0) * step + start } + [stop]
    }
}

/// Objects by size, as COCO tells them apart: by area in square pixels, both bounds included.
public enum SizeClass: String, CaseIterable, Sendable {
    case all, small, medium, large

    var areas: ClosedRange<Double> {
        switch self {
        case .all: 0...1e10
        case .small: 0...1024
        case .medium: 1024...9216
        case .large: 9216...1e10
        }
    }
}
