import Tensors

extension Graph {
    /// Gives the outputs of node `index` their types where the inputs suffice.
    /// - Returns: the input whose value is needed first, if that is what is missing; `known` tells whether the types are set.
    /// - Throws: `GraphError` when the operator refuses its inputs or the file declares other types.
    public mutating func inferTypes(ofNode index: Int) throws(GraphError) -> (known: Bool, needs: Int?) {
        let node = nodes[index]
        if node.op.hasDataDependentShape {
            guard node.outputs.allSatisfy({ self[$0].constant != nil }) else {
                return (false, node.inputs.firstIndex { $0.map { self[$0].constant == nil } ?? false })
            }
            for id in node.outputs {
                self[id].element = self[id].constant?.element
                self[id].shape = self[id].constant?.shape
            }
            return (true, nil)
        }
        let types: [TensorType]
        guard let arguments = arguments(of: node) else { return (false, nil) }
        for case let type? in arguments.types where !type.isTractable {
            throw GraphError(node.origin, "takes a tensor \(type), which is larger than any memory here")
        }
        do throws(OperatorFailure) {
            types = try node.op.outputTypes(arguments)
        } catch {
            switch error {
            case .invalid(let reason): throw GraphError(node.origin, reason)
            case .needsValue(let input): return (false, input)
            }
        }
        guard types.count >= node.outputs.count else {
            throw GraphError(node.origin, "gives \(types.count) outputs, the file names \(node.outputs.count)")
        }
        for (id, type) in zip(node.outputs, types) {
            guard type.shape.rank <= maximumRank else {
                throw GraphError(node.origin, "gives \(type.shape.rank) dimensions; at most \(maximumRank) are handled")
            }
            guard type.isTractable else {
                throw GraphError(node.origin, "gives a tensor \(type), which is larger than any memory here")
            }
            if let declared = self[id].element, declared != type.element {
                throw GraphError(
                    node.origin, "gives \(type.element), the file declares \(declared) for '\(self[id].name)'")
            }
            self[id].element = type.element
            self[id].shape = type.shape
            // What the file or a pass says of the result counts more than what its input would hand on.
            if self[id].quantization == nil { self[id].quantization = type.quantization }
        }
        return (true, nil)
    }

    /// Infers the types of all nodes in order, from scratch: shapes of earlier inferences are forgotten.
    /// - Returns: for each node that stays unknown, its index and the input whose value it needs (`nil`: an earlier node's result).
    /// - Throws: `GraphError`.
    public mutating func inferTypes() throws(GraphError) -> [(node: Int, needs: Int?)] {
        for node in nodes {
            for id in node.outputs { self[id].shape = nil }
        }
        var unknown: [(node: Int, needs: Int?)] = []
        for index in nodes.indices {
            let (known, needs) = try inferTypes(ofNode: index)
            if !known { unknown.append((index, needs)) }
        }
        return unknown
    }
}

extension TensorType {
    /// Whether sizes computed from any of the dimensions stay far from overflow: an axis of size 0 excuses no other.
    fileprivate var isTractable: Bool {
        var bytes = element.byteCount
        for size in shape.dimensions where size != 0 {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            guard size > 0, !overflow else { return false }
            bytes = product
        }
        return bytes <= maximumTensorBytes
    }
}

/// Most dimensions of a tensor; the kernels' `ARETE_MAX_RANK`.
public let maximumRank = 8

/// Larger tensors are refused before anybody tries to allocate them: 16 GiB.
public let maximumTensorBytes = 1 << 34
