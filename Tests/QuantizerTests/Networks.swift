// Small float networks and samples for them.
import Engine
import Glibc
import Graphs
import Quantizer
import Tensors
import Testing

/// Builds a float network node by node, as the ONNX reader would.
struct Network {
    var graph = Graph(name: "test", convention: .onnx)

    mutating func input(_ shape: Shape, name: String = "image") -> ValueID {
        let id = graph.add(Value(name: name, type: TensorType(.float32, shape)))
        graph.inputs.append(Input(value: id, dimensions: shape.dimensions.map { .fixed($0) }))
        return id
    }

    mutating func constant(_ shape: Shape, _ values: [Float]) throws -> ValueID {
        graph.add(constant: try Tensor(.float32, shape, values), name: "constant\(graph.values.count)")
    }

    mutating func add(_ op: any Operator, _ inputs: [ValueID?], _ name: String) throws -> ValueID {
        let number = graph.nodes.count
        let id = graph.append(
            op, inputs, outputs: [Value(name: "\(name).value")],
            origin: .init(index: number, operatorName: op.name, nodeName: name))[0]
        let (known, _) = try graph.inferTypes(ofNode: number)
        #expect(known)
        return id
    }

    /// A convolution with weights and biases drawn from `generator`, `scale` times as large.
    mutating func convolution(
        _ input: ValueID, channels: Int, window: Int = 3, groups: Int = 1, scale: Float = 1,
        _ generator: inout Generator, _ name: String
    ) throws -> ValueID {
        let depth = (graph[input].shape?[1] ?? 0) / groups
        let count = channels * depth * window * window
        let weights = (0..<count).map { _ in generator.number() * scale / Float(depth * window * window).squareRoot() }
        let bias = (0..<channels).map { _ in generator.number() * scale * 0.2 }
        let op = Convolution(
            layout: .channelsFirst, strides: [1, 1], dilations: [1, 1],
            padding: .explicit(before: [window / 2, window / 2], after: [window / 2, window / 2]), groups: groups)
        return try add(
            op, [input, try constant([channels, depth, window, window], weights), try constant([channels], bias)], name)
    }
}

/// Numbers from a seed.
struct Generator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    /// About normally distributed, deviation 1.
    mutating func number() -> Float {
        (0..<12).reduce(Float(-6)) { sum, _ in sum + Float(next() & 0xffff) / 65536 }
    }
}

/// Samples drawn from a seed, one array after another for each input.
struct Drawn: CalibrationSource {
    var count: Int
    var seed: UInt64 = 7
    var scale: Float = 1

    func name(_ index: Int) -> String { "sample \(index)" }
    func inputRange(_ index: Int) -> ActivationRange? { nil }

    func fill(_ session: Session, sample index: Int) throws(QuantizerError) {
        var generator = Generator(seed: seed &+ UInt64(index) &* 977)
        for input in 0..<session.inputCount {
            session.withInput(input) { bytes in
                let floats = bytes.bindMemory(to: Float.self)
                for place in floats.indices { floats[place] = generator.number() * scale }
            }
        }
    }
}

extension Graph {
    /// The outputs on a sample.
    func outputs(on source: some CalibrationSource, sample: Int = 0) throws -> [[Float]] {
        let session = try Session(Executable(self, options: Options()))
        try source.fill(session, sample: sample)
        try session.run()
        return try (0..<session.outputCount).map { try session.output($0).floats }
    }

    func count(_ name: String) -> Int { nodes.filter { $0.op.name == name }.count }
}

/// Signal to noise in decibels.
func decibels(_ wanted: [Float], _ found: [Float]) -> Double {
    let signal = wanted.reduce(0.0) { $0 + Double($1 * $1) }
    let noise = zip(wanted, found).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return noise == 0 ? 120 : 10 * log10(signal / noise)
}

/// What an error says that `work` throws; empty where it throws none.
func failure(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)" }
    return ""
}
