// Functions of bytes in front of what moves them.
import Tensors
import Testing

@testable import Graphs

@Suite("Lifting functions")
struct LiftFunctionsTests {
    private let nearest = Resize(mode: .nearest(.floor), coordinates: .asymmetric)

    /// Two layers of one quantization.
    private func layers(_ test: inout TestGraph, shape: Shape = [1, 2, 2, 2]) throws -> [ValueID] {
        let x = test.input("x", TensorType(.int8, shape, quantization: byteScale))
        let sigmoid = try test.add(Unary(.sigmoid), [x], quantization: byteScale)
        return [sigmoid, try test.add(Unary(.tanh), [x], quantization: byteScale)]
    }

    @Test("a requantization goes through what joins and reshapes, to each part")
    func join() throws {
        var test = TestGraph()
        let joined = try test.add(Concat(axis: 1), try layers(&test), quantization: byteScale)
        let flat = try test.add(Flatten(axis: 1), [joined], quantization: byteScale)
        test.graph.outputs = [try test.quantize(flat, otherScale, .uint8)]
        let type = test.graph[test.graph.outputs[0]].type
        test.graph.liftFunctions()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Unary", "Unary", "Quantize", "Quantize", "Concat", "Flatten"])
        #expect(test.graph[test.graph.outputs[0]].type == type)
    }

    @Test("a function of an enlarged image becomes one of the small image")
    func enlarge() throws {
        var test = TestGraph()
        let scales = try test.constant([4], [1, 2, 2, 1])
        let large = try test.add(nearest, [try layers(&test)[0], nil, scales], quantization: byteScale)
        test.graph.outputs = [try test.add(Unary(.identity), [large], element: .int8, quantization: otherScale)]
        test.graph.liftFunctions()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Unary", "Unary", "Resize"])
        #expect(test.graph[test.graph.outputs[0]].quantization == otherScale)
    }

    @Test("functions of what others read, of parts that nobody makes, of smaller images and of floats stay")
    func stays() throws {
        var shared = TestGraph()
        let parts = try layers(&shared)
        let joined = try shared.add(Concat(axis: 1), parts, quantization: byteScale)
        shared.graph.outputs = [joined, try shared.quantize(joined, otherScale)]
        var given = TestGraph()
        let inputs = ["x", "y"].map { given.input($0, TensorType(.int8, [1, 2], quantization: byteScale)) }
        given.graph.outputs = [
            try given.quantize(try given.add(Concat(axis: 1), inputs, quantization: byteScale), otherScale)
        ]
        var small = TestGraph()
        let scales = try small.constant([4], [1, 0.5, 0.5, 1])
        let half = try small.add(nearest, [try layers(&small)[0], nil, scales], quantization: byteScale)
        small.graph.outputs = [try small.quantize(half, otherScale)]
        var real = TestGraph()
        let x = real.input("x", TensorType(.float32, [2, 2]))
        real.graph.outputs = [try real.quantize(try real.add(Flatten(axis: 1), [x]), otherScale)]
        for test in [shared, given, small, real] {
            var graph = test.graph
            graph.liftFunctions()
            #expect(graph.operatorNames == test.graph.operatorNames)
        }
    }

    @Test("one requantization of all parts of a split becomes one in front of it")
    func split() throws {
        for differs in [false, true] {
            var test = TestGraph()
            let x = try layers(&test)[0]
            let parts = try test.add(Split(axis: 1, sizes: nil), [x], count: 2, quantization: byteScale)
            let scales = [otherScale, differs ? Quantization(scale: 2, zeroPoint: 0) : otherScale]
            let requantized = try zip(parts, scales).map { part, scale in
                try test.add(Unary(.identity), [part], element: .int8, quantization: scale)
            }
            let other = try test.add(Unary(.sigmoid), [parts[1]], quantization: byteScale)
            test.graph.outputs = requantized + [other]
            let names = test.graph.operatorNames
            test.graph.liftFunctions()
            try test.graph.expectConsistent()
            #expect(
                test.graph.operatorNames.sorted()
                    == (differs ? names : ["Split", "Split", "Unary", "Unary", "Unary"]).sorted())
        }
    }
}
