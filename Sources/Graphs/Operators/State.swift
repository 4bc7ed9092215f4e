// Operators on state that outlives a run.
import Tensors

/// The value of a variable as it is now. No inputs.
public struct ReadVariable: Operator {
    /// Position among the graph's variables.
    public var variable: Int
    public var type: TensorType

    public init(variable: Int, type: TensorType) {
        self.variable = variable
        self.type = type
    }

    public var isPure: Bool { false }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] { [type] }
}

/// Gives a variable a new value. Input: the value; no outputs.
public struct AssignVariable: Operator {
    public var variable: Int
    public var type: TensorType

    public init(variable: Int, type: TensorType) {
        self.variable = variable
        self.type = type
    }

    public var hasEffect: Bool { true }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let value = try arguments.type(0)
        guard value.element == type.element, value.shape == type.shape else {
            throw .invalid("a variable \(type) cannot take \(value)")
        }
        return []
    }
}
