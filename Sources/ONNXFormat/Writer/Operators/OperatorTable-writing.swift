// All operators that can be written.
import Graphs

extension OperatorTable {
    /// How an operator is written; `nil` where ONNX has no form for it. An operator's own line is in its family's list.
    static func writingRule(_ op: any Operator) -> WritingRule? {
        let families: [(any Operator) -> WritingRule?] = [
            elementwiseWriting, combinationWriting, convolutionWriting, poolWriting, normalizationWriting,
            reductionWriting, matrixWriting, arrangementWriting, partWriting, indexWriting, generatorWriting,
            samplingWriting, recurrentWriting, quantizationWriting, microsoftQuantizedWriting,
        ]
        for family in families {
            if let rule = family(op) { return rule }
        }
        return nil
    }
}
