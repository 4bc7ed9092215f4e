// Fully connected layers.
import Graphs
import Tensors

extension StandardForm {
    /// A Gemm on rows, with the data reshaped before and the result behind where they are no matrices.
    mutating func lower(_ node: Node, _ original: Node, _ op: FullyConnected) throws {
        let weights = try required(node, 1)
        let arguments = try arguments(original)
        let (shape, size) = (try arguments.shape(0), try arguments.shape(1))
        let output = try op.outputTypes(arguments)[0].shape
        let rows: Shape = [shape.elementCount / max(size[1], 1), size[1]]
        let matrix = try self.weights(weights).map { try place($0.tensor, name: $0.name) } ?? real(weights)
        let gemm = Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: true)
        var steps = shape == rows ? [] : [Step(Reshape(rows.dimensions, zeroCopies: false))]
        steps += [Step(gemm, [matrix] + (try bias(original)))] + Step.steps(op.activation)
        if output != [rows[0], size[0]] { steps.append(Step(Reshape(output.dimensions, zeroCopies: false))) }
        try finish(node, steps)
    }
}
