// ONNX's messages to protobuf fields; the numbers are those of `MessageReader`.
import Graphs
import Tensors

/// A node of the file.
struct WrittenNode {
    var type: String
    /// Empty for ONNX's own operators.
    var domain = ""
    var name = ""
    /// Empty names stand for what is left out.
    var inputs: [String]
    var outputs: [String]
    var attributes: [WrittenAttribute] = []
}

/// A named value of a node.
struct WrittenAttribute {
    var name: String
    var value: Value

    enum Value {
        case integer(Int)
        case float(Float)
        case string(String)
        case integers([Int])
        case floats([Float])
        case strings([String])
        case tensor(Tensor)
    }

    static func integer(_ name: String, _ value: Int) -> Self { Self(name: name, value: .integer(value)) }
    static func flag(_ name: String, _ value: Bool) -> Self { Self(name: name, value: .integer(value ? 1 : 0)) }
    static func float(_ name: String, _ value: Float) -> Self { Self(name: name, value: .float(value)) }
    static func string(_ name: String, _ value: String) -> Self { Self(name: name, value: .string(value)) }
    static func integers(_ name: String, _ value: [Int]) -> Self { Self(name: name, value: .integers(value)) }
    static func floats(_ name: String, _ value: [Float]) -> Self { Self(name: name, value: .floats(value)) }
    static func strings(_ name: String, _ value: [String]) -> Self { Self(name: name, value: .strings(value)) }
    static func tensor(_ name: String, _ value: Tensor) -> Self { Self(name: name, value: .tensor(value)) }
}

/// An input or output of the file's graph.
struct WrittenValue {
    var name: String
    var element: ElementType
    /// `nil` where not even their number is known.
    var dimensions: [Input.Dimension]?
}

/// All that a file holds.
struct WrittenModel {
    /// Versions of operator sets by domain, in the order in which they are written.
    var opsets: [(domain: String, version: Int)]
    var producer: String
    var producerVersion: String
    var name: String
    var nodes: [WrittenNode]
    var initializers: [(name: String, tensor: Tensor)]
    var inputs: [WrittenValue]
    var outputs: [WrittenValue]

    /// The version of the file format that came with the version of ONNX's own operators.
    private var formatVersion: Int {
        switch opsets.first(where: \.domain.isEmpty)?.version ?? 0 {
        case ...18: 8
        case ...20: 9
        case ...22: 10
        case 23: 11
        default: 12
        }
    }

    var message: WireWriter {
        var model = WireWriter()
        model.varint(1, formatVersion)
        model.string(2, producer)
        model.string(3, producerVersion)
        model.message(7, graph)
        for opset in opsets {
            var message = WireWriter()
            message.string(1, opset.domain)
            message.varint(2, opset.version)
            model.message(8, message)
        }
        return model
    }

    private var graph: WireWriter {
        var graph = WireWriter()
        for node in nodes { graph.message(1, node.message) }
        graph.string(2, name)
        for initializer in initializers { graph.message(5, initializer.tensor.message(name: initializer.name)) }
        for input in inputs { graph.message(11, input.message) }
        for output in outputs { graph.message(12, output.message) }
        return graph
    }
}

extension WrittenNode {
    fileprivate var message: WireWriter {
        var node = WireWriter()
        for input in inputs { node.string(1, input) }
        for output in outputs { node.string(2, output) }
        if !name.isEmpty { node.string(3, name) }
        node.string(4, type)
        for attribute in attributes { node.message(5, attribute.message) }
        if !domain.isEmpty { node.string(7, domain) }
        return node
    }
}

extension WrittenAttribute {
    fileprivate var message: WireWriter {
        var attribute = WireWriter()
        attribute.string(1, name)
        let kind: Int
        switch value {
        case .float(let value):
            attribute.float(2, value)
            kind = 1
        case .integer(let value):
            attribute.varint(3, value)
            kind = 2
        case .string(let value):
            attribute.string(4, value)
            kind = 3
        case .tensor(let value):
            attribute.message(5, value.message(name: ""))
            kind = 4
        case .floats(let values):
            for value in values { attribute.float(7, value) }
            kind = 6
        case .integers(let values):
            for value in values { attribute.varint(8, value) }
            kind = 7
        case .strings(let values):
            for value in values { attribute.string(9, value) }
            kind = 8
        }
        attribute.varint(20, kind)
        return attribute
    }
}

extension WrittenValue {
    fileprivate var message: WireWriter {
        var tensor = WireWriter()
        tensor.varint(1, DataType.number(element))
        if let dimensions {
            var shape = WireWriter()
            for dimension in dimensions {
                var message = WireWriter()
                switch dimension {
                case .fixed(let size): message.varint(1, size)
                case .symbolic(let name): if !name.isEmpty { message.string(2, name) }
                }
                shape.message(1, message)
            }
            tensor.message(2, shape)
        }
        var type = WireWriter()
        type.message(1, tensor)
        var value = WireWriter()
        value.string(1, name)
        value.message(2, type)
        return value
    }
}

extension Tensor {
    /// The tensor with its data as raw bytes, which the standard wants in little-endian order; 4-bit numbers lie two in a byte.
    fileprivate func message(name: String) -> WireWriter {
        var message = WireWriter()
        for size in shape.dimensions { message.varint(1, size) }
        message.varint(2, DataType.number(element))
        if !name.isEmpty { message.string(8, name) }
        switch element {
        case .int4, .uint4: message.bytes(9, packedNibbles)
        default: message.data(9, self)
        }
        return message
    }

    /// The low four bits of each element, the first of two in the lower half of a byte.
    private var packedNibbles: [UInt8] {
        withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 2).map { index in
                let high = index + 1 < bytes.count ? bytes[index + 1] & 15 : 0
                return bytes[index] & 15 | high << 4
            }
        }
    }
}
