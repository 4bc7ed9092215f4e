// Recurrent layers.
import Tensors

/// ONNX's RNN, GRU and LSTM. Inputs: X, W, R, optional B, sequence lengths, initial h, and for an LSTM initial c and peepholes P.
/// Outputs: Y, Y_h, and for an LSTM Y_c.
public struct Recurrent: Operator {
    public var cell: Cell
    public var direction: Direction
    public var hiddenSize: Int
    /// For each direction as many as the cell has, by ONNX's names; empty: the cell's usual ones.
    public var activations: [ActivationFunction]
    public var clip: Float?
    /// Whether X is [batch, time, size] and not [time, batch, size].
    public var isBatchFirst: Bool

    public enum Cell: Hashable, Sendable {
        case rnn
        case gru(appliesResetAfterProduct: Bool)
        case lstm(couplesInputAndForget: Bool)

        public var gateCount: Int {
            switch self {
            case .rnn: 1
            case .gru: 3
            case .lstm: 4
            }
        }
    }
    public enum Direction: Hashable, Sendable {
        case forward, reverse, bidirectional
        public var count: Int { self == .bidirectional ? 2 : 1 }
    }
    public struct ActivationFunction: Hashable, Sendable {
        public var name: String
        public var alpha: Float?
        public var beta: Float?

        public init(name: String, alpha: Float? = nil, beta: Float? = nil) {
            self.name = name
            self.alpha = alpha
            self.beta = beta
        }
    }

    public init(
        cell: Cell, direction: Direction, hiddenSize: Int, activations: [ActivationFunction], clip: Float?,
        isBatchFirst: Bool
    ) {
        self.cell = cell
        self.direction = direction
        self.hiddenSize = hiddenSize
        self.activations = activations
        self.clip = clip
        self.isBatchFirst = isBatchFirst
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, weights, recurrence) = (try arguments.type(0), try arguments.shape(1), try arguments.shape(2))
        guard data.shape.rank == 3, (1..<1 << 20).contains(hiddenSize) else {
            throw .invalid("data \(data.shape) must have rank 3")
        }
        let (time, batch) = isBatchFirst ? (data.shape[1], data.shape[0]) : (data.shape[0], data.shape[1])
        let count = direction.count
        let gates = cell.gateCount * hiddenSize
        guard weights == [count, gates, data.shape[2]], recurrence == [count, gates, hiddenSize] else {
            throw .invalid(
                "weights of \(weights) and \(recurrence) do not fit \(count) directions of \(hiddenSize) units on \(data.shape)"
            )
        }
        let state: Shape = isBatchFirst ? [batch, count, hiddenSize] : [count, batch, hiddenSize]
        let expected: [(Int, Int)] = [
            (3, count * 2 * gates), (4, batch), (5, state.elementCount), (6, state.elementCount),
            (7, count * 3 * hiddenSize),
        ]
        for (index, size) in expected where arguments.has(index) {
            guard try arguments.shape(index).elementCount == size else {
                throw .invalid("input \(index) must have \(size) elements")
            }
        }
        let sequence: Shape = isBatchFirst ? [batch, time, count, hiddenSize] : [time, count, batch, hiddenSize]
        let stateType = TensorType(data.element, state)
        return [TensorType(data.element, sequence), stateType, stateType]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard inputs.count > 2, let data = inputs[0]?.shape, let w = inputs[1]?.shape, let r = inputs[2]?.shape else {
            return 0
        }
        return data[0] &* data[1] &* (w.elementCount &+ r.elementCount)
    }
}

/// TFLite's UNIDIRECTIONAL_SEQUENCE_LSTM. Inputs as TFLite numbers them, 24 of them, many optional; inputs 18 and 19 are the
/// state of output and cell, variables that it reads and writes. Its attributes are those of the file.
public struct UnidirectionalLSTM: Operator {
    public var activation: Activation
    public var cellClip: Float
    public var projectionClip: Float
    public var isTimeMajor: Bool
    public var quantizesInputsAsymmetrically: Bool
    /// Scales and zero points of the intermediate results of integer models, as the file lists them.
    public var intermediates: [Quantization?]

    public init(
        activation: Activation, cellClip: Float, projectionClip: Float, isTimeMajor: Bool,
        quantizesInputsAsymmetrically: Bool,
        intermediates: [Quantization?]
    ) {
        self.activation = activation
        self.cellClip = cellClip
        self.projectionClip = projectionClip
        self.isTimeMajor = isTimeMajor
        self.quantizesInputsAsymmetrically = quantizesInputsAsymmetrically
        self.intermediates = intermediates
    }

    public var hasEffect: Bool { true }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.shape(0)
        guard data.rank == 3, arguments.count >= 20 else {
            throw .invalid("data \(data) must have rank 3, with 20 inputs or more")
        }
        let (outputState, cellState) = (try arguments.shape(18), try arguments.shape(19))
        let batch = isTimeMajor ? data[1] : data[0]
        guard outputState.rank == 2, cellState.rank == 2, outputState[0] == batch, cellState[0] == batch else {
            throw .invalid("states of \(outputState) and \(cellState) do not fit data of \(data)")
        }
        let (units, width, outputs) = (cellState[1], data[2], outputState[1])
        for index in 1...4 where arguments.has(index) {
            guard try arguments.shape(index) == [units, width] else {
                throw .invalid("input \(index) must be \(units)x\(width)")
            }
        }
        for index in 5...8 where arguments.has(index) {
            guard try arguments.shape(index) == [units, outputs] else {
                throw .invalid("input \(index) must be \(units)x\(outputs)")
            }
        }
        for index in Array(9...15) + Array(20...23) where arguments.has(index) {
            guard try arguments.shape(index).elementCount == units else {
                throw .invalid("input \(index) must have \(units) elements")
            }
        }
        if arguments.has(16), try arguments.shape(16) != [outputs, units] {
            throw .invalid("the projection must be \(outputs)x\(units)")
        }
        if arguments.has(17), try arguments.shape(17).elementCount != outputs {
            throw .invalid("the projection bias must have \(outputs) elements")
        }
        if !arguments.has(16), outputs != units {
            throw .invalid("\(outputs) outputs of \(units) units need a projection")
        }
        for index in [2, 3, 4, 6, 7, 8, 13, 14, 15] { _ = try arguments.type(index) }
        guard arguments.has(1) == arguments.has(5), arguments.has(12) || !arguments.has(1) else {
            throw .invalid("the input gate lacks some of its weights")
        }
        return [TensorType(try arguments.resultElement(), [data[0], data[1], outputs])]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard let data = inputs.first??.shape, data.rank == 3 else { return 0 }
        let weights = (Array(1...8) + [16]).compactMap { $0 < inputs.count ? inputs[$0]?.shape.elementCount : nil }
        return data[0] &* data[1] &* weights.reduce(0, &+)
    }
}

/// TFLite's SVDF: a filter over features, then one over time. Inputs: data [batch, width], feature weights [filters, width], time
/// weights [filters, memory], optional bias [units], state [batch, memory * filters] (a variable that it reads and writes).
public struct SVDF: Operator {
    public var rank: Int
    public var activation: Activation
    public var quantizesInputsAsymmetrically: Bool

    public init(rank: Int, activation: Activation, quantizesInputsAsymmetrically: Bool) {
        self.rank = rank
        self.activation = activation
        self.quantizesInputsAsymmetrically = quantizesInputsAsymmetrically
    }

    public var hasEffect: Bool { true }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, features, time) = (try arguments.shape(0), try arguments.shape(1), try arguments.shape(2))
        let state = try arguments.shape(4)
        guard data.rank == 2, features.rank == 2, time.rank == 2, features[1] == data[1], time[0] == features[0],
            time[1] > 0,
            rank > 0, features[0] % rank == 0, state.elementCount == data[0] &* time.elementCount
        else { throw .invalid("weights of \(features) and \(time) and a state of \(state) do not fit data of \(data)") }
        let units = features[0] / rank
        if let bias = arguments.optionalType(3), bias.shape.elementCount != units {
            throw .invalid("the bias must have \(units) elements")
        }
        return [TensorType(try arguments.resultElement(), [data[0], units])]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard inputs.count > 2, let data = inputs[0]?.shape, let features = inputs[1]?.shape,
            let time = inputs[2]?.shape
        else { return 0 }
        return data[0] &* (features.elementCount &+ time.elementCount)
    }
}
