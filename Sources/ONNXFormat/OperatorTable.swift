// All operators that are known.

enum OperatorTable {
    /// What each operator becomes. An operator's own line is in its family's list.
    static let rules: [OperatorName: Rule] = {
        let families = [
            elementwiseRules, combinationRules, convolutionRules, poolRules, normalizationRules, reductionRules,
            matrixRules,
            arrangementRules, partRules, indexRules, generatorRules, samplingRules, recurrentRules, quantizationRules,
            microsoftRules, microsoftQuantizedRules,
        ]
        return families.reduce(into: [:]) { rules, family in rules.merge(family) { first, _ in first } }
    }()

    /// Operators that have meant the same since version 1; others are known from version 7 on.
    static let formsOfVersion1 = Set(elementwiseRules.keys).subtracting(["Cast", "Dropout"])
}
