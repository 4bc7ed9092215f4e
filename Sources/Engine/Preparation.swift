import Graphs

extension Graph {
    /// Takes a graph from what the file says to what the engine computes: types, constants, then the passes in their order.
    /// - Returns: whether all types are known.
    /// - Throws: `GraphError`.
    @discardableResult
    mutating func prepare(_ options: Options) throws(GraphError) -> Bool {
        var room = FoldingRoom(for: self)
        try resolve(keepsDequantization: true, room: &room)
        for passes in stages(options) {
            optimize(passes, keepingArithmetic: options.arithmetic == .exact || options.keepsEveryValue)
            try foldDequantizedConstants(room: &room)
        }
        let isResolved = try foldEverything(room: &room)
        if !options.keepsEveryValue { self = try ByteFunctions(self, arithmetic: options.arithmetic).applied() }
        return isResolved
    }

    private func stages(_ options: Options) -> [[Pass]] {
        // Every intermediate result that a TFLite file names is there only without passes.
        if options.keepsEveryValue, convention == .tflite { return [[]] }
        // The file's own layers on dequantized weights add up in the order of its layout, which constants of floats would change.
        if options.arithmetic == .exact || options.keepsEveryValue { return [Pass.all(for: convention)] }
        return Pass.stages(for: convention)
    }

    /// Settles what is known before the model runs, for those who go on to rewrite the network itself: types, what follows from
    /// constants alone, and batch normalizations, which go into the layers before them. Every other operator stays as the file has it.
    /// - Returns: whether all types are known; the shapes of all inputs must be set.
    /// - Throws: `GraphError` when an operator refuses its inputs.
    @discardableResult
    public mutating func settle() throws(GraphError) -> Bool {
        var room = FoldingRoom(for: self)
        try resolve(keepsDequantization: true, room: &room)
        let kept = ["RemoveIdentity", "FoldBatchNormalization"]
        for pass in Pass.all(for: .onnx) where kept.contains(pass.name) { pass.apply(&self) }
        return try foldEverything(room: &room)
    }

    /// Infers all types, computes what follows from constants alone, and drops the nodes that gave it.
    /// - Returns: whether all types are known.
    private mutating func foldEverything(room: inout FoldingRoom) throws(GraphError) -> Bool {
        let isResolved = try resolve(keepsDequantization: false, room: &room)
        dropFoldedNodes()
        return isResolved
    }
}
