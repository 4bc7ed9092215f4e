// A convolution over an image cut into four becomes one over the image.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct FocusTests {
    /// Every second row and column four times, joined in some order and convolved; `isShared`: the joined image is an output too.
    private func graph(seed: UInt64, isShared: Bool, isWord: Bool) throws -> Graph {
        var generator = Generator(state: seed)
        func pick(_ values: [Int]) -> Int { values.randomElement(using: &generator) ?? 1 }
        var graph = Graph(name: "focus", convention: .onnx)
        func add(_ op: any Operator, _ inputs: [ValueID?]) -> ValueID {
            let number = graph.nodes.count
            return graph.append(
                op, inputs, outputs: [Value(name: "v\(number)")],
                origin: Node.Origin(index: number, operatorName: op.name))[0]
        }
        func integers(_ values: [Int]) throws -> ValueID {
            graph.add(constant: try Tensor(.int64, [values.count], values.map(Int64.init)), name: "i")
        }
        func rounded(_ id: ValueID, _ scale: Float, _ zero: UInt8) throws -> ValueID {
            let step = isWord ? scale / 256 : scale
            let scale = graph.add(constant: try Tensor(.float32, .scalar, [step]), name: "scale")
            let point =
                isWord ? try Tensor(.uint16, .scalar, [UInt16(zero) << 8]) : try Tensor(.uint8, .scalar, [zero])
            let zero = graph.add(constant: point, name: "zero")
            let layout = ScaleLayout(axis: 1, blockSize: 0)
            return add(
                DequantizeLinear(scales: layout),
                [add(QuantizeLinear(scales: layout, element: nil), [id, scale, zero]), scale, zero])
        }
        let (channels, filters) = (pick([1, 3, 5]), pick([1, 8, 20]))
        let (height, width) = (2 * pick([5, 8]), 2 * pick([5, 11]))
        let (kernel, stride, pad) = (pick([1, 3]), pick([1, 2]), pick([0, 1]))
        let input = graph.add(Value(name: "x", type: TensorType(.float32, [1, channels, height, width])))
        graph.inputs = [
            Input(value: input, dimensions: [1, channels, height, width].map { .fixed($0) })
        ]
        // Quantized before it is cut, or after.
        let isQuantizedFirst = seed % 2 == 0
        let image = isQuantizedFirst ? try rounded(input, 0.02, 100) : input
        var parts: [ValueID] = []
        for place in [0, 1, 2, 3].shuffled(using: &generator) {
            let ends = try integers([1 << 30])
            let rows = add(Slice(), [image, try integers([place / 2]), ends, try integers([2]), try integers([2])])
            let part = add(Slice(), [rows, try integers([place % 2]), ends, try integers([3]), try integers([2])])
            parts.append(isQuantizedFirst ? part : try rounded(part, 0.02, 100))
        }
        let joined = add(Concat(axis: 1), parts)
        let bytes = (0..<filters * 4 * channels * kernel * kernel).map { _ in
            Int8(truncatingIfNeeded: Int.random(in: -127...127, using: &generator))
        }
        let weights = graph.add(
            constant: try Tensor(.int8, [filters, 4 * channels, kernel, kernel], bytes), name: "weights")
        let scales = graph.add(
            constant: try Tensor(.float32, [filters], (0..<filters).map { 0.001 + Float($0) * 0.0001 }), name: "scales")
        let real = add(DequantizeLinear(scales: ScaleLayout(axis: 0, blockSize: 0)), [weights, scales])
        let op = Convolution(
            layout: .channelsFirst, strides: [stride, stride], dilations: [1, 1],
            padding: .explicit(before: [pad, pad], after: [pad, pad]))
        graph.outputs = [try rounded(add(op, [joined, real]), 0.05, 128)]
        if isShared { graph.outputs.append(joined) }
        return graph
    }

    private func result(_ graph: Graph) throws -> (values: [Float], graph: Graph) {
        let executable = try Executable(graph, options: Options())
        let session = try Session(executable)
        let type = session.inputType(0)
        let values = (0..<type.shape.elementCount).map { Float(($0 &* 7919) % 512) / 100 - 2 }
        try session.setInput(0, to: Tensor(.float32, type.shape, values))
        try session.run()
        return (try session.output(0).floats, executable.graph)
    }

    @Test("its sums are the same, whatever the order of the parts", arguments: UInt64(1)...12, [false, true])
    func folds(seed: UInt64, isWord: Bool) throws {
        let (folded, apart) = (
            try result(graph(seed: seed, isShared: false, isWord: isWord)),
            try result(graph(seed: seed, isShared: true, isWord: isWord))
        )
        #expect(!folded.graph.nodes.contains { $0.op is Slice || $0.op is Concat }, "seed \(seed)")
        #expect(apart.graph.nodes.contains { $0.op is Concat }, "seed \(seed)")
        #expect(folded.values == apart.values, "seed \(seed)")
        #expect(Set(folded.values).count > 5, "seed \(seed)")
    }
}
