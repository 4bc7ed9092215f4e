// Every graph of one operator that these tests compute is also written as ONNX, read and computed again.
import Graphs
import ONNXFormat
import Tensors
import Testing

@testable import Engine

/// What the engine computes and ONNX has no form for, whatever the operands.
private let foreign = [
    "AssignVariable", "ByteTable", "DetectionPostProcess", "FloatTable", "PaddedNonMaxSuppression", "ReadVariable",
    "ResizedArgReduce", "SVDF", "ScaledIntegerIntegerConvolution", "SoftmaxExpectation", "UnidirectionalLSTM",
    "WordSwish",
]

/// Expects that `graph`, written and read, gives `expected`: the same bits where each operator is written as itself, nearly the same
/// where its form in ONNX rounds elsewhere. A graph that cannot be written must be refused by the operator's name.
func expectSameThroughFile(
    _ graph: Graph, _ inputs: [Tensor], _ expected: [Tensor], sourceLocation: SourceLocation
) throws {
    let name = graph.nodes[0].op.name
    let bytes: [UInt8]
    do {
        bytes = try ONNXWriter.bytes(graph, version: "test")
    } catch {
        #expect("\(error)".contains("'\(name)'"), sourceLocation: sourceLocation)
        return
    }
    #expect(!foreign.contains(name), "\(name) was written", sourceLocation: sourceLocation)
    let file = try bytes.withUnsafeBytes { try MappedFile(copying: $0, name: "written") }
    let read = try ONNXReader.read(file: file)
    #expect(try ONNXWriter.bytes(read, version: "test") == bytes, "written again", sourceLocation: sourceLocation)
    let session = try Session(try Executable(read, options: Options(threads: 1)))
    for (index, tensor) in inputs.enumerated() { try session.setInput(index, to: tensor) }
    try session.run()
    #expect(session.outputCount == expected.count, sourceLocation: sourceLocation)
    for (index, tensor) in expected.enumerated() {
        let result = try session.output(index)
        #expect(result.shape == tensor.shape && result.element == tensor.element, sourceLocation: sourceLocation)
        #expect(
            result.isClose(to: tensor, orWithin: graph.dataRounding(inputs, tensor)),
            "\(name) through a file: output \(index)", sourceLocation: sourceLocation)
    }
}

extension Graph {
    /// What a layer of float data and integer weights is off at most, as it rounds its data to integers while it runs, which a file does
    /// not: half a step of the data for each of a result's weights. 0 for all other operators.
    fileprivate func dataRounding(_ inputs: [Tensor], _ result: Tensor) -> Double {
        let operands = nodes[0].inputs.compactMap { id in id.flatMap { operand($0, inputs) } }
        guard convention == .tflite, operands.count > 1, operands[0].element == .float32, operands[1].element == .int8,
            let scales = operands[1].type.quantization?.scales,
            let channels = result.shape.dimensions.last
        else { return 0 }
        let halfStep = (operands[0].doubles.map(abs).max() ?? 0) / 254
        let heaviest = 128 * Double(scales.max() ?? 0)
        return halfStep * heaviest * Double(operands[1].shape.elementCount / channels)
    }

    private func operand(_ id: ValueID, _ inputs: [Tensor]) -> Tensor? {
        self[id].constant ?? self.inputs.firstIndex { $0.value == id }.map { inputs[$0] }
    }
}

extension Tensor {
    /// Bit for bit, or within a hundred thousandth of the greatest value for floats, one step for quantized numbers; `bound` where that is more.
    fileprivate func isClose(to other: Tensor, orWithin bound: Double) -> Bool {
        guard shape == other.shape, element == other.element else { return false }
        let (a, b) = (doubles, other.doubles)
        let greatest = b.filter(\.isFinite).map(abs).max() ?? 0
        let tolerance: Double
        switch element {
        case .float32, .float64: tolerance = max(1e-5 * max(greatest, 1e-3), bound)
        case .float16, .bfloat16: tolerance = 1e-2 * max(greatest, 1e-3)
        case .int8, .uint8, .int16, .int4, .uint4: tolerance = other.type.quantization == nil ? 0 : 1
        default: tolerance = 0
        }
        return zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN || abs($0 - $1) <= tolerance }
    }
}
