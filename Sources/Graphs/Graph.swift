import Tensors

/// A network as operators over values, independent of the file it came from.
///
/// `nodes` are in an order in which they can run. Every value has at most one producer: a node, a graph input, a variable
/// or a constant.
public struct Graph: Sendable {
    public var name: String
    public var values: [Value] = []
    public var nodes: [Node] = []
    public var inputs: [Input] = []
    public var outputs: [ValueID] = []
    /// What the file says of each output, which may be more than inference finds; empty where it says nothing.
    public var declaredOutputs: [DeclaredOutput] = []
    public var variables: [Variable] = []
    /// The rules by which integer operators round.
    public var convention: QuantizedConvention

    public init(name: String, convention: QuantizedConvention) {
        self.name = name
        self.convention = convention
    }

    /// In place: a value is large, and to copy it out and in again costs more than most of what is done with it.
    @inlinable public subscript(id: ValueID) -> Value {
        _read { yield values[id.index] }
        _modify { yield &values[id.index] }
    }

    /// Adds a value. Complexity: amortized O(1).
    public mutating func add(_ value: Value) -> ValueID {
        values.append(value)
        return ValueID(index: values.count - 1)
    }

    /// Adds a constant.
    public mutating func add(constant: Tensor, name: String) -> ValueID {
        add(Value(name: name, type: constant.type, constant: constant))
    }

    /// Appends a node with new values as outputs, named after the node; returns them.
    @discardableResult
    public mutating func append(
        _ op: any Operator, _ inputs: [ValueID?], outputs: [Value], origin: Node.Origin
    ) -> [ValueID] {
        let ids = outputs.map { add($0) }
        nodes.append(Node(op, inputs: inputs, outputs: ids, origin: origin))
        return ids
    }
}

/// Names a value of one graph.
public struct ValueID: Hashable, Sendable {
    public let index: Int
    public init(index: Int) { self.index = index }
}

/// What flows between operators. What is not yet known is `nil`.
public struct Value: Sendable {
    public var name: String
    /// As the file declares it or shape inference finds it; the two must agree.
    public var element: ElementType?
    public var shape: Shape?
    public var quantization: Quantization?
    /// The values, where they are known before the model runs.
    public var constant: Tensor?
    /// The tensor's number in the model file, for traces.
    public var fileIndex: Int?

    public init(name: String, element: ElementType? = nil, quantization: Quantization? = nil, fileIndex: Int? = nil) {
        self.name = name
        self.element = element
        self.quantization = quantization
        self.fileIndex = fileIndex
    }

    public init(name: String, type: TensorType, constant: Tensor? = nil) {
        self.name = name
        element = type.element
        shape = type.shape
        quantization = type.quantization
        self.constant = constant
    }

    /// The type, once element type and shape are known.
    public var type: TensorType? {
        guard let element, let shape else { return nil }
        return TensorType(element, shape, quantization: quantization)
    }
}

/// One operator at its place in the graph.
///
/// A value like any other, whose content lies behind one reference: passes look at all nodes many times over, and to copy four
/// fields with a reference each takes longer than to look.
public struct Node: Sendable {
    @usableFromInline var content: Content

    public var op: any Operator {
        @inlinable _read { yield content.op }
        @inlinable _modify {
            makeUnique()
            yield &content.op
        }
    }
    /// `nil` where an optional input is left out.
    public var inputs: [ValueID?] {
        @inlinable _read { yield content.inputs }
        @inlinable _modify {
            makeUnique()
            yield &content.inputs
        }
    }
    public var outputs: [ValueID] {
        @inlinable _read { yield content.outputs }
        @inlinable _modify {
            makeUnique()
            yield &content.outputs
        }
    }
    public var origin: Origin {
        @inlinable _read { yield content.origin }
        @inlinable _modify {
            makeUnique()
            yield &content.origin
        }
    }

    /// Written only while one node alone refers to it.
    @usableFromInline final class Content: @unchecked Sendable {
        @usableFromInline var op: any Operator
        @usableFromInline var inputs: [ValueID?]
        @usableFromInline var outputs: [ValueID]
        @usableFromInline var origin: Origin

        @usableFromInline init(_ op: any Operator, _ inputs: [ValueID?], _ outputs: [ValueID], _ origin: Origin) {
            (self.op, self.inputs, self.outputs, self.origin) = (op, inputs, outputs, origin)
        }
    }

    @inlinable mutating func makeUnique() {
        if isKnownUniquelyReferenced(&content) { return }
        content = Content(content.op, content.inputs, content.outputs, content.origin)
    }

    /// Where in the model file a node comes from, for messages and traces.
    public struct Origin: Hashable, Sendable {
        /// Position among the operators of the file.
        public var index: Int
        /// The operator's name in the file's own vocabulary: `CONV_2D`, `QLinearConv`.
        public var operatorName: String
        /// The node's own name; empty where the file gives none.
        public var nodeName: String

        public init(index: Int, operatorName: String, nodeName: String = "") {
            self.index = index
            self.operatorName = operatorName
            self.nodeName = nodeName
        }
    }

    public init(_ op: any Operator, inputs: [ValueID?], outputs: [ValueID], origin: Origin) {
        content = Content(op, inputs, outputs, origin)
    }
}

extension Node.Origin: CustomStringConvertible {
    /// `operator 17 'CONV_2D'`, with the node's name where it has one.
    public var description: String {
        "operator \(index) '\(operatorName)'" + (nodeName.isEmpty ? "" : " (\(nodeName))")
    }
}

/// A graph input with the dimensions that the file declares.
public struct Input: Sendable {
    public var value: ValueID
    public var dimensions: [Dimension]
    /// `false` where the file gives no rank at all.
    public var hasRank: Bool

    public init(value: ValueID, dimensions: [Dimension], hasRank: Bool = true) {
        self.value = value
        self.dimensions = dimensions
        self.hasRank = hasRank
    }

    public enum Dimension: Hashable, Sendable {
        case fixed(Int)
        /// To be given by the caller; equal names stand for equal sizes, an empty name for a size of its own.
        case symbolic(String)
    }
}

/// What a file declares of a graph output.
public struct DeclaredOutput: Hashable, Sendable {
    public var element: ElementType?
    /// `nil` where the file gives no rank.
    public var dimensions: [Input.Dimension]?

    public init(element: ElementType?, dimensions: [Input.Dimension]?) {
        self.element = element
        self.dimensions = dimensions
    }
}

/// State that outlives a run: the node that `AssignVariable` names, or an operator with state, writes it.
public struct Variable: Sendable {
    /// The value that operators with state take as input; its type is known from the file.
    public var value: ValueID
    /// What it holds after a reset; its type is the variable's.
    public var initial: Tensor

    public init(value: ValueID, initial: Tensor) {
        self.value = value
        self.initial = initial
    }
}

/// The rules by which integer operators round, where the formats differ.
public enum QuantizedConvention: Hashable, Sendable {
    /// TFLite: fixed-point multipliers in its reference kernels, float requantization in its default run.
    case tflite
    /// ONNX: real arithmetic, round half to even, saturate.
    case onnx
}
