import Graphs

/// Why a model cannot be quantized: worded for the person who has the model and the calibration data.
public enum QuantizerError: Error, Sendable {
    /// The model is not one that can be quantized, or an operator of it is wrong.
    case model(String)
    /// The calibration data are missing, unusable or too few.
    case calibration(String)
    /// Calibration leaves a layer dead: its name, what was seen, and the layers that read and write these numbers.
    case dead(layer: String, reason: String, touching: [String])
}

extension QuantizerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .model(let reason): reason
        case .calibration(let reason): reason
        case .dead(let layer, let reason, let touching):
            "layer '\(layer)': \(reason); calibrate on more varied data"
                + (touching.isEmpty
                    ? ""
                    : ", or keep all that touches these numbers in float (--float "
                        + touching.map { "'\($0)'" }.joined(separator: " ") + ")")
        }
    }
}

extension QuantizerError {
    init(_ error: GraphError) { self = .model(error.description) }
}
