// A run takes no memory: everything it needs is there after `Session.init`.
import CAllocationCounter
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite(.serialized) struct AllocationTests {
    @Test(
        "a run allocates nothing after the first one, whatever the number of threads",
        .enabled(if: allocation_counter_works(), "allocations cannot be counted under a sanitizer"),
        arguments: [1, 2, 3])
    func steadyState(threads: Int) throws {
        let session = try Session(try Executable(try network(), options: Options(threads: threads)), worthSharing: 0)
        try session.run()
        // The other threads of the pool run the same steps as this one.
        allocation_counter_start()
        for _ in 0..<5 { try session.run() }
        let count = allocation_counter_stop()
        #expect(count == 0)
    }

    @Test(
        "the counter sees an allocation",
        .enabled(if: allocation_counter_works(), "allocations cannot be counted under a sanitizer"))
    func counterCounts() {
        allocation_counter_start()
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 100)
        memory.initialize(repeating: 1, count: 100)
        let count = allocation_counter_stop()
        memory.deallocate()
        #expect(count >= 1)
    }

    /// A small network with a layer of each kind: integer and float convolutions, depthwise, elementwise, pool, softmax.
    private func network() throws -> Graph {
        var graph = Graph(name: "allocations", convention: .tflite)
        let quantization = Quantization(scale: 0.05, zeroPoint: 3)
        let weights = Quantization(scale: 0.01, zeroPoint: 0)
        let origin = Node.Origin(index: 0, operatorName: "TEST")
        func constant(_ shape: Shape, _ quantization: Quantization?) throws -> ValueID {
            let type = TensorType(quantization == nil ? .float32 : .int8, shape, quantization: quantization)
            let tensor = try Tensor(type) { bytes in
                for index in bytes.indices where type.element == .int8 {
                    bytes[index] = UInt8(truncatingIfNeeded: index &* 37)
                }
            }
            return graph.add(constant: tensor, name: "weights")
        }
        func append(_ op: any Operator, _ inputs: [ValueID?], _ element: ElementType? = .int8) -> ValueID {
            let value = Value(name: "value", element: element, quantization: element == .int8 ? quantization : nil)
            return graph.append(op, inputs, outputs: [value], origin: origin)[0]
        }
        let input = graph.add(
            Value(name: "input", type: TensorType(.int8, [1, 24, 24, 8], quantization: quantization)))
        graph.inputs = [Input(value: input, dimensions: [1, 24, 24, 8].map { .fixed($0) })]
        let window = Convolution(
            layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same, activation: .relu)
        let first = append(window, [input, try constant([16, 3, 3, 8], weights), nil])
        let depthwise = DepthwiseConvolution(strides: [1, 1], dilations: [1, 1], padding: .same)
        let second = append(depthwise, [first, try constant([3, 3, 16], weights), nil])
        let sum = append(Binary(.add), [first, second])
        let curve = append(Unary(.sigmoid), [sum])
        let real = append(Dequantize(), [curve], .float32)
        let float = append(window, [real, try constant([16, 3, 3, 16], nil), nil], .float32)
        let mean = append(Reduce(.mean, axes: [1, 2], keepsDimensions: false), [float], .float32)
        let scores = append(
            FullyConnected(keepsLeadingDimensions: false), [mean, try constant([10, 16], nil), nil], .float32)
        graph.outputs = [append(Softmax(axis: 1), [scores], .float32)]
        return graph
    }
}
