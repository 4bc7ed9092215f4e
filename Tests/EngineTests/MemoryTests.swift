// Memory of programs: packed weights, arenas, and constants that nobody needs any more.
import Foundation
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct MemoryTests {
    @Test("pieces of packed memory are zeroed, aligned and apart, within and beyond what was expected")
    func pieces() throws {
        let memory = PackedMemory(expectedBytes: 3 << 20)
        var taken: [(start: UnsafeMutableRawPointer, bytes: Int)] = []
        for bytes in [0, 1, 63, 64, 65, 1 << 20, 3 << 20, 5 << 20, 100] {
            let start = try #require(memory.take(bytes))
            #expect(Int(bitPattern: start) % 64 == 0)
            let piece = UnsafeMutableRawBufferPointer(start: start, count: bytes)
            #expect(piece.allSatisfy { $0 == 0 }, "\(bytes) bytes")
            memset(start, Int32(taken.count + 1), bytes)
            taken.append((start, bytes))
        }
        // What is given back is taken again.
        let large = try #require(memory.take(1 << 12))
        memory.giveBack(1 << 12 - 100)
        let next = try #require(memory.take(64))
        #expect(next == large + 128)
        memset(next, 0xFF, 64)
        memory.trim()
        for (index, (start, bytes)) in taken.enumerated() {
            let piece = UnsafeRawBufferPointer(start: start, count: bytes)
            #expect(piece.allSatisfy { $0 == UInt8(index + 1) }, "\(bytes) bytes")
        }
        #expect(memory.take(-1) == nil)
        #expect(memory.take(.max) == nil)
    }

    /// A graph whose one output joins a constant of `count` floats with itself `times` times, twice as long each time.
    private func doubling(_ count: Int, times: Int) throws -> Graph {
        var graph = Graph(name: "doubling", convention: .onnx)
        var last = graph.add(constant: try Tensor(.float32, [count], (0..<count).map { Float($0 % 4) }), name: "start")
        for index in 0..<times {
            last =
                graph.append(
                    Concat(axis: 0), [last, last], outputs: [Value(name: "twice \(index)")],
                    origin: Node.Origin(index: index, operatorName: "Concat"))[0]
        }
        graph.outputs = [last]
        return graph
    }

    @Test("constants that follow from constants are made where there is room for them; the rest is left to the run")
    func foldedConstants() throws {
        var graph = try doubling(4, times: 10)
        var room = FoldingRoom(bytes: 1000)
        let isResolved = try graph.resolve(keepsDequantization: false, room: &room)
        #expect(isResolved)
        // 32, 64, 128, 256 and 512 bytes are 992.
        #expect(graph.nodes.map { graph[$0.outputs[0]].constant != nil } == (0..<10).map { $0 < 5 })
        #expect(room.bytes == 8)
        let session = try Session(try Executable(graph, options: Options()))
        try session.run()
        #expect(try session.output(0).floats == (0..<4096).map { Float($0 % 4) })
    }

    @Test("a file of a few nodes cannot have constants made that take much memory")
    func endlessConstants() throws {
        let executable = try Executable(try doubling(4, times: 24), options: Options())
        #expect(executable.program.constantBytes <= 1 << 26)
        #expect(executable.program.plan.arenaBytes >= 1 << 28)
        let endless = try doubling(4, times: 40)
        #expect(throws: GraphError.self) { try Executable(endless, options: Options()) }
    }

    @Test("what repeats a constant many times is written by a run")
    func repeatedConstants() throws {
        for (amount, isLong) in [(10, false), (1 << 21, true)] {
            var sketch = GraphSketch()
            sketch.graph.outputs = [sketch.widened(sketch.input([1, 2, 1, 64]), before: amount, after: 1)]
            let executable = try Executable(sketch.graph, options: Options())
            #expect(executable.program.constantBytes < 1 << 10)
            #expect(executable.program.steps.contains { $0.kind == "broadcast" } == isLong)
            let session = try Session(executable)
            session.withInput(0) { bytes in for index in bytes.indices { bytes[index] = UInt8(index) } }
            try session.run()
            let row = [UInt8](repeating: 3, count: amount)
            let (first, second) = (Array<UInt8>(0..<64), Array<UInt8>(64..<128))
            let expected: [UInt8] = [row, first, [3], row, second, [3]].flatMap { $0 }
            #expect(try session.output(0).withUnsafeBytes(Array.init) == expected)
        }
    }

    @Test("positions among constants need room too")
    func positions() throws {
        var graph = Graph(name: "positions", convention: .onnx)
        let constant = graph.add(constant: try Tensor(.float32, [100], [Float](repeating: 1, count: 100)), name: "ones")
        graph.outputs = graph.append(
            NonZero(listsPositionsByRow: false), [constant], outputs: [Value(name: "where")],
            origin: Node.Origin(index: 0, operatorName: "NonZero"))
        var (enough, tooLittle) = (FoldingRoom(bytes: 100), FoldingRoom(bytes: 99))
        var copy = graph
        #expect(throws: GraphError.self) { try copy.resolve(keepsDequantization: false, room: &tooLittle) }
        try graph.resolve(keepsDequantization: false, room: &enough)
        #expect(graph[graph.outputs[0]].constant?.elementCount == 100)
    }

    @Test("room for constants grows with the memory of a model's own, each byte of which counts once")
    func foldingRoom() throws {
        var graph = Graph(name: "room", convention: .onnx)
        let least = FoldingRoom(for: graph).bytes
        #expect(least > 0)
        let numbers = try Tensor(.float32, [2048], [Float](repeating: 1, count: 2048))
        for index in 0..<3 { _ = graph.add(constant: numbers, name: "numbers \(index)") }
        #expect(FoldingRoom(for: graph).bytes == least + 16 * 8192)
        _ = graph.add(constant: try Tensor(.int8, [4096], [Int8](repeating: 1, count: 4096)), name: "others")
        #expect(FoldingRoom(for: graph).bytes == least + 16 * (8192 + 4096))
    }

    @Test("large pages start where a huge page does and can be populated", arguments: [1, 5000, 1 << 21, 5 << 20])
    func pages(bytes: Int) throws {
        let start = try #require(Pages.map(bytes))
        defer { munmap(start, bytes) }
        #expect(Int(bitPattern: start) % (bytes < Pages.huge ? 4096 : Pages.huge) == 0)
        Pages.populate(start, bytes)
        #expect(UnsafeRawBufferPointer(start: start, count: bytes).allSatisfy { $0 == 0 })
        memset(start, 1, bytes)
    }

    @Test("an arena is zeroed, aligned and as large as asked for", arguments: [0, 1, 65535, 65536, 7 << 18, 3 << 20])
    func arena(bytes: Int) throws {
        let arena = try Arena(bytes: bytes)
        #expect(Int(bitPattern: arena.start) % 64 == 0)
        #expect(UnsafeRawBufferPointer(start: arena.start, count: bytes).allSatisfy { $0 == 0 })
        memset(arena.start, 1, bytes)
        arena.deallocate()
    }

    @Test("an arena larger than the machine's memory is refused")
    func largeArena() { #expect(throws: RunError.self) { _ = try Arena(bytes: 1 << 50) } }

    @Test("an operator can be lowered whether it is one of the common ones or not")
    func lowerable() {
        func node(_ op: any Operator) -> Node {
            Node(op, inputs: [], outputs: [], origin: Node.Origin(index: 0, operatorName: ""))
        }
        #expect(node(Unary(.relu)).lowerable is Unary)
        #expect(node(Select()).lowerable is Select)
        #expect(node(Flatten(axis: 1)).lowerable == nil)
        #expect(node(Flatten(axis: 1)).isAlias)
        #expect(!node(Select()).isAlias)
    }

    @Test("mentions of a buffer are the steps in their order, each once")
    func mentions() {
        var mentions = BufferMentions(3)
        for step in [0, 0, 2] { mentions.add(step, to: Buffer(index: 1)) }
        mentions.add(2, to: Buffer(index: 2))
        #expect((0..<3).map { mentions[Buffer(index: $0)] } == [[], [0, 2], [2]])
    }

    @Test(
        "weights of which a program has a packed copy are forgotten, those that it reads are kept",
        arguments: [true, false])
    func released(isDepthwise: Bool) throws {
        let quantization = Quantization(scale: 0.1, zeroPoint: 0)
        let weightType = TensorType(
            .int8, isDepthwise ? [3, 3, 64] : [64, 3, 3, 64], quantization: Quantization(scale: 0.01, zeroPoint: 0))
        let weights = try Tensor(weightType) { bytes in for index in bytes.indices { bytes[index] = UInt8(index % 100) }
        }
        var graph = Graph(name: "released", convention: .tflite)
        let inputType = TensorType(.int8, [1, 8, 8, 64], quantization: quantization)
        let input = graph.add(Value(name: "input", type: inputType))
        graph.inputs = [Input(value: input, dimensions: inputType.shape.dimensions.map { .fixed($0) })]
        let weight = graph.add(constant: weights, name: "weights")
        let op: any Operator =
            isDepthwise
            ? DepthwiseConvolution(strides: [1, 1], dilations: [1, 1], padding: .same)
            : Convolution(
                layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same, activation: .none)
        graph.outputs = graph.append(
            op, [input, weight, nil], outputs: [Value(name: "output", element: .int8, quantization: quantization)],
            origin: Node.Origin(index: 0, operatorName: "CONV"))
        for instructionSet in InstructionSet.available {
            let options = Options(instructionSet: instructionSet)
            let executable = try Executable(graph, options: options)
            let isRead = executable.program.reads(weights)
            #expect(isRead || executable.program.constantBytes >= weights.byteCount)
            let isForgotten = executable.graph[weight].constant == nil
            #expect(isForgotten == (!isRead && weights.byteCount >= 4096), "\(instructionSet)")
            if instructionSet == .scalar { #expect(isRead) }
            let traced = try Executable(graph, options: Options(instructionSet: instructionSet, keepsEveryValue: true))
            #expect(traced.graph[weight].constant != nil)
        }
    }

    @Test("of the file of a model, pages that no step reads go back to the system")
    func unreadPages() throws {
        // Numbers that a step reads, and what describes the network before and behind them.
        let bytes = 1 << 18
        let path = NSTemporaryDirectory() + "arete-pages-\(UUID().uuidString)"
        defer { unlink(path) }
        let content = [Float](repeating: 1.5, count: 3 * bytes / 4)
        try content.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
        let file = try MappedFile(path: path)
        let type = TensorType(.float32, [bytes / 4])
        let numbers = try Tensor(type, file: file, range: bytes..<2 * bytes)
        var graph = Graph(name: "pages", convention: .onnx)
        let input = graph.add(Value(name: "input", type: type))
        graph.inputs = [Input(value: input, dimensions: [.fixed(bytes / 4)])]
        graph.outputs = graph.append(
            Binary(.add), [input, graph.add(constant: numbers, name: "numbers")], outputs: [Value(name: "sum")],
            origin: Node.Origin(index: 0, operatorName: "Add"))
        #expect(file.bytes.allSatisfy { $0 < 0xFF })
        #expect(residentBytes(of: path) ?? 0 > bytes)
        let session = try Session(try Executable(graph, options: Options()))
        try #require(session.executable.program.reads(numbers))
        #expect(residentBytes(of: path) ?? .max <= bytes)
        try session.run()
        #expect(session.withOutput(0) { $0.bindMemory(to: Float.self).allSatisfy { $0 == 1.5 } })
    }

    /// How much of the file at `path` this process has in memory.
    private func residentBytes(of path: String) -> Int? {
        guard let stream = fopen("/proc/self/smaps", "r") else { return nil }
        defer { fclose(stream) }
        var line = [CChar](repeating: 0, count: 1024)
        var isFile = false
        while fgets(&line, Int32(line.count), stream) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            let words = text.split(whereSeparator: \.isWhitespace)
            if words.last == path[...] { isFile = true }
            if isFile, words.first == "Rss:", let kilobytes = Int(words[1]) { return kilobytes * 1024 }
        }
        return nil
    }
}
