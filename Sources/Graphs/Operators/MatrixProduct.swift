// Matrix products.
import Tensors

/// Rows of the data times the rows of the weights. Inputs: data [..., K], weights [N, K], optional bias of N elements.
///
/// The output is [rows, N], or [..., N] where leading dimensions are kept.
public struct FullyConnected: Operator {
    public var keepsLeadingDimensions: Bool
    public var activation: Activation
    /// How float data is brought to int8 before it meets int8 weights: with a zero point or without.
    public var quantizesInputsAsymmetrically: Bool

    public init(
        keepsLeadingDimensions: Bool, activation: Activation = .none, quantizesInputsAsymmetrically: Bool = false
    ) {
        self.keepsLeadingDimensions = keepsLeadingDimensions
        self.activation = activation
        self.quantizesInputsAsymmetrically = quantizesInputsAsymmetrically
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, weights) = (try arguments.shape(0), try arguments.shape(1))
        guard weights.rank == 2, weights[1] > 0 else { throw .invalid("weights \(weights) must be a matrix") }
        guard data.elementCount % weights[1] == 0 else {
            throw .invalid("data \(data) does not divide into rows of \(weights[1])")
        }
        if let bias = arguments.optionalType(2), bias.shape.elementCount != weights[0] {
            throw .invalid("the bias has \(bias.shape.elementCount) elements for \(weights[0]) outputs")
        }
        let shape: Shape
        if keepsLeadingDimensions {
            guard data.rank > 0, data[data.rank - 1] == weights[1] else {
                throw .invalid("data \(data) does not end in \(weights[1])")
            }
            shape = Shape(data.dimensions.dropLast() + [weights[0]])
        } else {
            shape = [data.elementCount / weights[1], weights[0]]
        }
        return [TensorType(try arguments.resultElement(), shape)]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard let data = inputs.first??.shape, let weights = inputs[1]?.shape else { return 0 }
        return data.elementCount &* weights[0]
    }
}

/// NumPy's matmul, with the last two axes of either input swapped on request. Inputs: a [..., M, K], b [..., K, N].
public struct MatMul: Operator {
    public var transposesA: Bool
    public var transposesB: Bool
    /// As in `FullyConnected`.
    public var quantizesInputsAsymmetrically: Bool

    public init(transposesA: Bool = false, transposesB: Bool = false, quantizesInputsAsymmetrically: Bool = false) {
        self.transposesA = transposesA
        self.transposesB = transposesB
        self.quantizesInputsAsymmetrically = quantizesInputsAsymmetrically
    }

    /// A matrix product resolved: `batch` products of M x K by K x N.
    public struct Sizes: Hashable, Sendable {
        public var batch: Shape
        public var m: Int
        public var k: Int
        public var n: Int
        public var output: Shape
    }

    public func sizes(_ a: Shape, _ b: Shape) throws(OperatorFailure) -> Sizes {
        guard a.rank > 0, b.rank > 0 else { throw .invalid("a scalar is no matrix") }
        var rows = a.rank == 1 ? Shape([1, a[0]]) : a
        var columns = b.rank == 1 ? Shape([b[0], 1]) : b
        if transposesA { rows.dimensions.swapAt(rows.rank - 1, rows.rank - 2) }
        if transposesB { columns.dimensions.swapAt(columns.rank - 1, columns.rank - 2) }
        let (m, k) = (rows[rows.rank - 2], rows[rows.rank - 1])
        let n = columns[columns.rank - 1]
        guard columns[columns.rank - 2] == k else { throw .invalid("matrices of \(a) and \(b) do not fit") }
        guard let batch = Shape(rows.dimensions.dropLast(2)).broadcast(with: Shape(columns.dimensions.dropLast(2)))
        else {
            throw .invalid("batches of \(a) and \(b) do not broadcast")
        }
        let output = batch.dimensions + (a.rank == 1 ? [] : [m]) + (b.rank == 1 ? [] : [n])
        return Sizes(batch: batch, m: m, k: k, n: n, output: Shape(output))
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        [TensorType(try arguments.resultElement(), try sizes(try arguments.shape(0), try arguments.shape(1)).output)]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard let a = inputs.first??.shape, let b = inputs[1]?.shape, let sizes = try? sizes(a, b) else { return 0 }
        return sizes.batch.elementCount &* sizes.m &* sizes.k &* sizes.n
    }
}

/// alpha * A * B + beta * C, as BLAS has it. Inputs: A, B (matrices), optional C that broadcasts to the result.
public struct Gemm: Operator {
    public var alpha: Float
    public var beta: Float
    public var transposesA: Bool
    public var transposesB: Bool

    public init(alpha: Float, beta: Float, transposesA: Bool, transposesB: Bool) {
        self.alpha = alpha
        self.beta = beta
        self.transposesA = transposesA
        self.transposesB = transposesB
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (a, b) = (try arguments.shape(0), try arguments.shape(1))
        guard a.rank == 2, b.rank == 2 else { throw .invalid("\(a) and \(b) must be matrices") }
        let output = try MatMul(transposesA: transposesA, transposesB: transposesB).sizes(a, b).output
        if let c = arguments.optionalType(2)?.shape, c.broadcast(with: output) != output {
            throw .invalid("C of \(c) does not broadcast to \(output)")
        }
        return [TensorType(try arguments.resultElement(), output)]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        MatMul(transposesA: transposesA, transposesB: transposesB).multiplyAccumulates(inputs: inputs, outputs: outputs)
    }
}

/// A matrix product of integers without scales, as int32. Inputs: a, b, optional zero points of a (one, or one a row) and of
/// b (one, or one a column), which may be computed while the model runs.
public struct IntegerMatMul: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (a, b) = (try arguments.type(0), try arguments.type(1))
        guard [a, b].allSatisfy({ $0.element == .int8 || $0.element == .uint8 }) else {
            throw .invalid("inputs must be int8 or uint8, not \(a.element) and \(b.element)")
        }
        return [TensorType(.int32, try MatMul().sizes(a.shape, b.shape).output)]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        MatMul().multiplyAccumulates(inputs: inputs, outputs: outputs)
    }
}

/// Sums of products over named axes. Inputs: one tensor for each term of the equation; "ij,jk->ik" is a matrix product.
public struct Einsum: Operator {
    public var equation: String
    public init(_ equation: String) { self.equation = equation }

    /// The equation resolved: each input's axes and the output's as numbers of labels, and each label's size.
    public struct Contraction: Hashable, Sendable {
        public var inputs: [[Int]]
        public var output: [Int]
        public var sizes: [Int]
    }

    public func contraction(_ shapes: [Shape]) throws(OperatorFailure) -> Contraction {
        let text = equation.filter { $0 != " " }
        let sides = text.split(separator: ">", omittingEmptySubsequences: false)
        let left = sides[0].hasSuffix("-") ? sides[0].dropLast() : sides[0]
        let terms = left.split(separator: ",", omittingEmptySubsequences: false)
        guard sides.count <= 2, sides.count == 1 || sides[0].hasSuffix("-"), terms.count == shapes.count else {
            throw .invalid("equation '\(equation)' does not fit \(shapes.count) inputs")
        }
        // Labels: letters, then one for each axis that an ellipsis stands for, counted from the last.
        var numbers: [String: Int] = [:]
        var sizes: [Int] = []
        var uses: [Int] = []
        func labels(_ term: Substring, rank: Int) -> [String]? {
            let parts = term.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 1 || parts.count == 4 && parts[1].isEmpty && parts[2].isEmpty else { return nil }
            let letters = { (part: String) in part.map { String($0) } }
            if parts.count == 1 { return letters(parts[0]) }
            let hidden = rank - parts[0].count - parts[3].count
            guard hidden >= 0 else { return nil }
            return letters(parts[0]) + (0..<hidden).reversed().map { "...\($0)" } + letters(parts[3])
        }
        var inputs: [[Int]] = []
        var ellipsisRank = 0
        for (term, shape) in zip(terms, shapes) {
            guard let names = labels(term, rank: shape.rank), names.count == shape.rank,
                names.allSatisfy({ $0.hasPrefix("...") || $0.first?.isLetter == true })
            else { throw .invalid("term '\(term)' does not fit a tensor of rank \(shape.rank)") }
            ellipsisRank = max(ellipsisRank, names.filter { $0.hasPrefix("...") }.count)
            var axes: [Int] = []
            for (name, size) in zip(names, shape.dimensions) {
                let number = numbers[name] ?? sizes.count
                if number == sizes.count {
                    numbers[name] = number
                    sizes.append(size)
                    uses.append(0)
                }
                guard sizes[number] == size || sizes[number] == 1 || size == 1 else {
                    throw .invalid("axis '\(name)' has sizes \(sizes[number]) and \(size)")
                }
                sizes[number] = sizes[number] == 1 ? size : sizes[number]
                uses[number] += 1
                axes.append(number)
            }
            inputs.append(axes)
        }
        var output: [Int] = []
        if sides.count == 2 {
            guard let names = labels(sides[1], rank: sides[1].filter { $0 != "." }.count + ellipsisRank) else {
                throw .invalid("the result '\(sides[1])' is not understood")
            }
            for name in names {
                guard let number = numbers[name] else { throw .invalid("the result names '\(name)', no input does") }
                output.append(number)
            }
        } else {
            let ellipsis = numbers.keys.filter { $0.hasPrefix("...") }.sorted(by: >)
            let once = numbers.keys.filter { !$0.hasPrefix("...") && uses[numbers[$0] ?? 0] == 1 }.sorted()
            output = (ellipsis + once).compactMap { numbers[$0] }
        }
        return Contraction(inputs: inputs, output: output, sizes: sizes)
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        var shapes: [Shape] = []
        for index in 0..<arguments.count { shapes.append(try arguments.shape(index)) }
        guard !shapes.isEmpty else { throw .invalid("no inputs") }
        let resolved = try contraction(shapes)
        return [TensorType(try arguments.element(0), Shape(resolved.output.map { resolved.sizes[$0] }))]
    }
}
