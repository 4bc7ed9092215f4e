// All operators that are known.

enum OperatorTable {
    /// What an operator becomes; `nil` where it is not known. An operator's own line is in its family's list.
    ///
    /// Functions, not tables: a table would be filled for every model, which takes longer than to read a small one.
    static func rule(_ name: OperatorName) -> Rule? {
        let families: [(String) -> Rule?]
        switch name.domain {
        case "":
            families = [
                elementwiseRule, combinationRule, convolutionRule, poolRule, normalizationRule, reductionRule,
                matrixRule, arrangementRule, partRule, indexRule, generatorRule, samplingRule, recurrentRule,
                quantizationRule,
            ]
        case "com.microsoft": families = [microsoftRule, microsoftQuantizedRule]
        default: return nil
        }
        for family in families {
            if let rule = family(name.type) { return rule }
        }
        return nil
    }

    /// Whether an operator of ONNX's own has meant the same since version 1; others are known from version 7 on.
    static func hasFormOfVersion1(_ type: String) -> Bool {
        elementwiseRule(type) != nil && type != "Cast" && type != "Dropout"
    }
}

/// The rules of one model's operators, each looked for once.
struct OperatorRules {
    private var known: [OperatorName: Rule?] = [:]

    /// `nil` for an operator that is not known. Complexity: O(1) from the second time on.
    mutating func rule(_ name: OperatorName) -> Rule? {
        if let rule = known[name] { return rule }
        let rule = OperatorTable.rule(name)
        known[name] = .some(rule)
        return rule
    }
}
