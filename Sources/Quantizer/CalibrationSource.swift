// Where the data come from that a network is calibrated on.
import Engine

/// Samples of a model's inputs, one after another, as often as they are asked for: they are never all in memory.
public protocol CalibrationSource {
    var count: Int { get }

    /// What a sample is called in messages.
    func name(_ index: Int) -> String

    /// Fills the inputs of `session` with sample `index`.
    /// - Throws: `QuantizerError.calibration`.
    func fill(_ session: Session, sample index: Int) throws(QuantizerError)

    /// The range that input `index` of the model has by its nature, whatever the samples; `nil` where only they tell.
    func inputRange(_ index: Int) -> ActivationRange?
}
