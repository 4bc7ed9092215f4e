import Graphs

extension Graph {
    /// Takes a graph from what the file says to what the engine computes: types, constants, then the passes in their order.
    /// - Returns: whether all types are known.
    /// - Throws: `GraphError`.
    @discardableResult
    mutating func prepare(_ options: Options) throws(GraphError) -> Bool {
        var room = FoldingRoom(for: self)
        try resolve(keepsDequantization: true, room: &room)
        optimize(
            keepingArithmetic: options.arithmetic == .exact || options.keepsEveryValue,
            keepingValues: options.keepsEveryValue)
        let isResolved = try resolve(keepsDequantization: false, room: &room)
        nodes = nodes.filter { node in node.op.hasEffect || node.outputs.contains { self[$0].constant == nil } }
        removeDeadNodes()
        if !options.keepsEveryValue { self = try ByteFunctions(self, arithmetic: options.arithmetic).applied() }
        return isResolved
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
        let isResolved = try resolve(keepsDequantization: false, room: &room)
        nodes = nodes.filter { node in node.op.hasEffect || node.outputs.contains { self[$0].constant == nil } }
        removeDeadNodes()
        return isResolved
    }
}
