import Tensors

/// What a node does: its attributes, and the types of its results.
///
/// An operator is a small value; its stored properties are its attributes (`inspect` prints them by reflection). How it is
/// computed belongs to the engine.
public protocol Operator: Sendable {
    /// The operator's name in this engine, that of its type unless the operator has a better one.
    var name: String { get }

    /// The types of the outputs from types and known values of the inputs.
    /// - Throws: `OperatorFailure`: `.invalid` when inputs do not fit together, `.needsValue` when the result's shape
    ///   depends on an input whose value is not known yet.
    func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType]

    /// Multiply-accumulates of one run; 0 for operators that are not counted in such terms.
    func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int

    /// Whether the operator writes state, so that it must run even when nobody reads its outputs.
    var hasEffect: Bool { get }

    /// Whether the shape of the result depends on the values of the inputs, so that the operator can only be computed, never
    /// planned; `outputTypes` then checks the inputs and gives the types of an empty result.
    var hasDataDependentShape: Bool { get }

    /// Whether equal inputs always give equal outputs, so that it may be computed once when all inputs are constants.
    var isPure: Bool { get }
}

extension Operator {
    public static var name: String { _typeName(Self.self, qualified: false) }
    public var name: String { Self.name }
    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int { 0 }
    public var hasEffect: Bool { false }
    public var hasDataDependentShape: Bool { false }
    public var isPure: Bool { !hasEffect }
}

/// Why an operator's result types cannot be told.
public enum OperatorFailure: Error, Hashable, Sendable {
    /// The inputs or attributes contradict each other; the text goes to the user.
    case invalid(String)
    /// The value of this input must be known first.
    case needsValue(input: Int)
}

/// What is known of a node's inputs and declared of its outputs when types are inferred.
public struct Arguments: Sendable {
    /// `nil` for an optional input that is left out.
    public let types: [TensorType?]
    /// Known values, `nil` where unknown or left out.
    public let constants: [Tensor?]
    /// What the file declares of each output.
    public let declared: [Declared]

    public struct Declared: Sendable {
        public var element: ElementType?
        public var quantization: Quantization?

        public init(element: ElementType? = nil, quantization: Quantization? = nil) {
            self.element = element
            self.quantization = quantization
        }
    }

    public init(types: [TensorType?], constants: [Tensor?], declared: [Declared]) {
        self.types = types
        self.constants = constants
        self.declared = declared
    }

    public var count: Int { types.count }
    public var outputCount: Int { declared.count }

    /// Whether input `index` is there.
    public func has(_ index: Int) -> Bool { index < types.count && types[index] != nil }

    /// The type of input `index`, which must be there.
    public func type(_ index: Int) throws(OperatorFailure) -> TensorType {
        guard index < types.count, let type = types[index] else { throw .invalid("input \(index) is missing") }
        return type
    }

    public func optionalType(_ index: Int) -> TensorType? { index < types.count ? types[index] : nil }
    public func shape(_ index: Int) throws(OperatorFailure) -> Shape { try type(index).shape }
    public func element(_ index: Int) throws(OperatorFailure) -> ElementType { try type(index).element }

    /// The value of input `index`, which must be there.
    /// - Throws: `.needsValue` while it is unknown.
    public func constant(_ index: Int) throws(OperatorFailure) -> Tensor {
        _ = try type(index)
        guard let tensor = constants[index] else { throw .needsValue(input: index) }
        return tensor
    }

    /// The value of integer input `index` as a list of Int, which must be there.
    public func integers(_ index: Int) throws(OperatorFailure) -> [Int] {
        let tensor = try constant(index)
        guard tensor.element.isInteger else {
            throw .invalid("input \(index) must hold integers, not \(tensor.element)")
        }
        return tensor.integers.map(Int.init)
    }

    /// The single value of integer input `index`.
    public func integer(_ index: Int) throws(OperatorFailure) -> Int {
        let values = try integers(index)
        guard values.count == 1 else { throw .invalid("input \(index) must hold one number, not \(values.count)") }
        return values[0]
    }

    /// The element type declared for output `index`, or that of input 0.
    public func resultElement(_ index: Int = 0) throws(OperatorFailure) -> ElementType {
        if index < declared.count, let element = declared[index].element { return element }
        return try element(0)
    }
}
