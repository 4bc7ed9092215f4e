import Glibc

/// What still has to be done to the numbers an output holds to make scores of them.
enum Activation: String, CaseIterable, Sendable {
    case none
    case sigmoid
    case softmax

    /// The score of a number on its own; softmax, which needs the whole row, counts as none.
    func score(_ value: Float) -> Float {
        switch self {
        case .none, .softmax: value
        case .sigmoid: logistic(value)
        }
    }

    /// The number whose score is `score`.
    func inverse(_ score: Float) -> Float {
        switch self {
        case .none, .softmax: score
        case .sigmoid: score <= 0 ? -.infinity : score >= 1 ? .infinity : -log(1 / score - 1)
        }
    }
}

func logistic(_ value: Float) -> Float { 1 / (1 + exp(-value)) }

/// The shares of `values` by the exponential function, in place. Values that are not numbers make all shares so.
func softmax(_ values: inout [Float]) {
    guard let greatest = values.max() else { return }
    var sum: Float = 0
    for index in values.indices {
        values[index] = exp(values[index] - greatest)
        sum += values[index]
    }
    for index in values.indices { values[index] /= sum }
}
