// From the dimensions that a file declares to the shapes of one run.
import Tensors

extension Graph {
    /// Gives every input its shape: `shapes` by name, else what the file declares; an open first dimension becomes 1.
    /// - Throws: `GraphError` for an unknown name, a shape that contradicts the file, or a dimension that nobody gives.
    public mutating func setInputShapes(_ shapes: [String: Shape]) throws(GraphError) {
        let names = inputs.map { self[$0.value].name }
        if let unknown = shapes.keys.sorted().first(where: { !names.contains($0) }) {
            throw GraphError(
                "there is no input '\(unknown)'; the inputs are \(names.map { "'\($0)'" }.joined(separator: ", "))")
        }
        var symbols: [String: Int] = [:]
        for input in inputs {
            let name = self[input.value].name
            guard let shape = shapes[name] else { continue }
            guard !input.hasRank || shape.rank == input.dimensions.count else {
                throw GraphError("input '\(name)' has \(input.dimensions.count) dimensions, not \(shape.rank)")
            }
            guard shape.rank <= maximumRank, shape.dimensions.allSatisfy({ $0 >= 0 }) else {
                throw GraphError("input '\(name)' cannot have shape \(shape)")
            }
            for (axis, dimension) in input.dimensions.enumerated() {
                switch dimension {
                case .fixed(let size):
                    guard shape[axis] == size else {
                        throw GraphError("axis \(axis) of input '\(name)' is \(size) in this model, not \(shape[axis])")
                    }
                case .symbolic(let symbol) where !symbol.isEmpty:
                    guard symbols[symbol] ?? shape[axis] == shape[axis] else {
                        throw GraphError("dimension '\(symbol)' is \(symbols[symbol] ?? 0) and \(shape[axis])")
                    }
                    symbols[symbol] = shape[axis]
                case .symbolic: break
                }
            }
        }
        for input in inputs {
            let name = self[input.value].name
            if let shape = shapes[name] {
                setShape(shape, of: input.value)
                continue
            }
            guard input.hasRank else {
                throw GraphError("the file gives no shape for input '\(name)'; give one (--shape \(name)=...)")
            }
            var sizes: [Int] = []
            for (axis, dimension) in input.dimensions.enumerated() {
                switch dimension {
                case .fixed(let size): sizes.append(size)
                case .symbolic(let symbol):
                    guard let size = symbols[symbol] ?? (axis == 0 ? 1 : nil) else {
                        let form = input.dimensions.map { dimension in
                            if case .fixed(let size) = dimension { "\(size)" } else { "N" }
                        }
                        throw GraphError(
                            "input '\(name)' leaves dimension \(axis) open; give its shape (--shape \(name)=\(form.joined(separator: ",")))"
                        )
                    }
                    sizes.append(size)
                }
            }
            setShape(Shape(sizes), of: input.value)
        }
    }

    /// As `setInputShapes`, for good: no input leaves a dimension open any more.
    /// - Throws: as `setInputShapes`.
    public mutating func fixInputShapes(_ shapes: [String: Shape]) throws(GraphError) {
        try setInputShapes(shapes)
        for index in inputs.indices {
            guard let shape = self[inputs[index].value].shape else { continue }
            inputs[index] = Input(value: inputs[index].value, dimensions: shape.dimensions.map { .fixed($0) })
        }
        // What the file says of outputs holds for any size of the inputs.
        declaredOutputs = declaredOutputs.map { DeclaredOutput(element: $0.element, dimensions: nil) }
    }

    /// Most files tell the shape: then nothing is written, and a copy of a graph goes on to share all its values.
    private mutating func setShape(_ shape: Shape, of id: ValueID) {
        if self[id].shape != shape { self[id].shape = shape }
    }
}
