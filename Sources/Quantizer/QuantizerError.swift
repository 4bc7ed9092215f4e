import Graphs

/// Why a model cannot be quantized: worded for the person who has the model and the calibration data.
public enum QuantizerError: Error, Sendable {
    /// The model is not one that can be quantized, or an operator of it is wrong.
    case model(String)
    /// The calibration data are missing, unusable or too few.
    case calibration(String)
    /// Calibration leaves a layer dead: it names the layer and what was seen.
    case dead(layer: String, reason: String)
}

extension QuantizerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .model(let reason): reason
        case .calibration(let reason): reason
        case .dead(let layer, let reason):
            "layer '\(layer)': \(reason); calibrate on more varied data, or keep the layer in float (--float '\(layer)')"
        }
    }
}

extension QuantizerError {
    init(_ error: GraphError) { self = .model(error.description) }
}
