// The passes in the order in which they run.
import Tensors

/// A rewriting of graphs that changes what is computed by at most the rounding that its file admits.
///
/// A pass expects that types are inferred and constants folded, and leaves every value that it adds typed.
public struct Pass: Sendable {
    public let name: String
    public let apply: @Sendable (inout Graph) -> Void

    /// Whether the pass leaves every operator's arithmetic as the file writes it.
    public let keepsArithmetic: Bool

    init(_ name: String, keepsArithmetic: Bool = true, _ apply: @escaping @Sendable (inout Graph) -> Void) {
        self.name = name
        self.keepsArithmetic = keepsArithmetic
        self.apply = apply
    }

    /// All passes.
    public static func all(for convention: QuantizedConvention) -> [Pass] { stages(for: convention).flatMap { $0 } }

    /// The passes in their stages. Those of the first one of ONNX want dequantized constants as the integers that they were; behind it
    /// they are constants of floats where no integer operator took them. Those that would change the rounding of TFLite models run for ONNX only.
    public static func stages(for convention: QuantizedConvention) -> [[Pass]] {
        convention == .onnx ? [quantization, arrangement] : [tflite]
    }

    private static var tflite: [Pass] {
        [
            Pass("FuseActivation") { $0.fuseActivations(floatsAlone: true) },
            Pass("FoldPad") { $0.foldPads() },
            Pass("FuseResizedArgReduce", keepsArithmetic: false) { $0.fuseResizedArgReductions() },
            Pass("SinkTransposes") { $0.sinkTransposes() },
            Pass("FoldShuffles") { $0.foldShuffles() },
            Pass("LiftFunctions") { $0.liftFunctions() },
        ]
    }

    private static var quantization: [Pass] {
        [
            Pass("RemoveIdentity") { $0.removeIdentities() },
            Pass("ExpandLinearQuantized") { $0.expandLinearQuantized() },
            Pass("StaticQuantization") { $0.makeQuantizationStatic() },
            Pass("FuseScaledInteger") { $0.fuseScaledIntegers() },
            Pass("FoldBatchNormalization", keepsArithmetic: false) { $0.foldBatchNormalizations() },
            Pass("FuseActivation") { $0.fuseActivations() },
            Pass("SignWords", keepsArithmetic: false) { $0.signWords() },
            Pass("FuseQDQ", keepsArithmetic: false) { $0.fuseQuantizeDequantize() },
        ]
    }

    private static var arrangement: [Pass] {
        [
            Pass("FuseActivation") { $0.fuseActivations() },
            Pass("FuseFunctions", keepsArithmetic: false) { $0.fuseFunctions() },
            Pass("FoldPad") { $0.foldPads() },
            Pass("ChannelsLast") { $0.makeChannelsLast() },
            Pass("SinkTransposes") { $0.sinkTransposes() },
            Pass("FuseWordSwish", keepsArithmetic: false) { $0.fuseWordSwish() },
            Pass("RemoveIdentity") { $0.removeIdentities() },
            Pass("FoldFocus") { $0.foldFocus() },
            Pass("FoldShuffles") { $0.foldShuffles() },
            Pass("ConvolveAverages", keepsArithmetic: false) { $0.convolveAverages() },
            Pass("LiftFunctions") { $0.liftFunctions() },
            Pass("FuseExpectation", keepsArithmetic: false) { $0.fuseExpectations() },
        ]
    }
}

extension Graph {
    /// Runs `passes`, or those alone that keep the arithmetic of each operator of the file.
    public mutating func optimize(_ passes: [Pass], keepingArithmetic: Bool) {
        for pass in passes where pass.keepsArithmetic || !keepingArithmetic {
            pass.apply(&self)
            removeDeadNodes()
        }
    }
}
