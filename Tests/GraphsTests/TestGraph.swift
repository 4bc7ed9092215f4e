// Small graphs for passes.
import Tensors
import Testing

@testable import Graphs

/// Builds a graph node by node.
struct TestGraph {
    var graph = Graph(name: "test", convention: .onnx)

    mutating func input(_ name: String, _ type: TensorType) -> ValueID {
        let id = graph.add(Value(name: name, type: type))
        graph.inputs.append(Input(value: id, dimensions: type.shape.dimensions.map { .fixed($0) }))
        return id
    }

    mutating func constant(_ shape: Shape, _ values: [Float]) throws -> ValueID {
        graph.add(constant: try Tensor(.float32, shape, values), name: "constant\(graph.values.count)")
    }

    mutating func constant(_ shape: Shape, bytes: [Int8], _ quantization: Quantization? = nil) throws -> ValueID {
        let tensor = try Tensor(.int8, shape, bytes, quantization: quantization)
        return graph.add(constant: tensor, name: "constant\(graph.values.count)")
    }

    mutating func constant(integers: [Int64]) throws -> ValueID {
        graph.add(constant: try Tensor(.int64, [integers.count], integers), name: "constant\(graph.values.count)")
    }

    /// Adds a node with one result; its type is inferred at once.
    mutating func add(
        _ op: any Operator, _ inputs: [ValueID?], element: ElementType? = nil, quantization: Quantization? = nil
    ) throws -> ValueID {
        try add(op, inputs, count: 1, element: element, quantization: quantization)[0]
    }

    mutating func add(
        _ op: any Operator, _ inputs: [ValueID?], count: Int, element: ElementType? = nil,
        quantization: Quantization? = nil
    ) throws -> [ValueID] {
        let number = graph.nodes.count
        let values = (0..<count).map { Value(name: "v\(number).\($0)", element: element, quantization: quantization) }
        let ids = graph.append(op, inputs, outputs: values, origin: .init(index: number, operatorName: op.name))
        let (known, _) = try graph.inferTypes(ofNode: number)
        #expect(known)
        return ids
    }

    mutating func quantize(_ id: ValueID, _ quantization: Quantization, _ element: ElementType = .int8) throws
        -> ValueID
    {
        try add(Quantize(), [id], element: element, quantization: quantization)
    }

    mutating func dequantize(_ id: ValueID) throws -> ValueID { try add(Dequantize(), [id]) }
}

extension Graph {
    /// The operators in order, dead ones dropped.
    var operatorNames: [String] {
        var copy = self
        copy.removeDeadNodes()
        return copy.nodes.map(\.op.name)
    }

    /// The only node whose operator is of type `Op`.
    func only<Op: Operator>(_: Op.Type) throws -> (op: Op, node: Node) {
        var copy = self
        copy.removeDeadNodes()
        let found = copy.nodes.filter { $0.op is Op }
        #expect(found.count == 1)
        let node = try #require(found.first)
        return (try #require(node.op as? Op), node)
    }

    func constant(_ node: Node, _ index: Int) throws -> Tensor {
        try #require(index < node.inputs.count ? node.inputs[index].flatMap { self[$0].constant } : nil)
    }

    /// Checks that every type can be inferred again and stays as it is, and that values are made before they are read.
    func expectConsistent(_ location: SourceLocation = #_sourceLocation) throws {
        var copy = self
        copy.removeDeadNodes()
        var known = Set(copy.inputs.map(\.value))
        for (index, node) in copy.nodes.enumerated() {
            for case let id? in node.inputs {
                #expect(known.contains(id) || copy[id].constant != nil, "\(copy[id].name)", sourceLocation: location)
            }
            let before = node.outputs.map { copy[$0].type }
            let (isKnown, _) = try copy.inferTypes(ofNode: index)
            #expect(
                isKnown && before == node.outputs.map { copy[$0].type }, "\(node.op.name)", sourceLocation: location)
            known.formUnion(node.outputs)
        }
        for id in copy.outputs { #expect(known.contains(id) || copy[id].constant != nil, sourceLocation: location) }
    }
}

let byteScale = Quantization(scale: 0.5, zeroPoint: 3)
let otherScale = Quantization(scale: 0.25, zeroPoint: -1)

func convolution(groups: Int = 1, padding: Padding = .explicit(before: [0, 0], after: [0, 0])) -> Convolution {
    Convolution(layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: padding, groups: groups)
}
