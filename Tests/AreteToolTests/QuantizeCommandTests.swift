import Arete
import Quantizer
import Testing

@testable import AreteTool

@Suite struct QuantizeCommandTests {
    private func task(_ words: String...) throws -> QuantizeTask {
        try QuantizeTask(try ParsedArguments(["float.onnx"] + words, form: QuantizeCommand.form))
    }

    @Test("a list of calibration files ends at the next option, even one with a single dash")
    func lists() throws {
        let task = try task("--calibration", "a.jpg", "b.jpg", "-o", "int8.onnx", "--float", "Conv_1", "Conv_2")
        #expect(task.calibration == ["a.jpg", "b.jpg"])
        #expect(task.output == "int8.onnx")
        #expect(task.options.wideLayers == ["Conv_1", "Conv_2"])
        #expect(task.options.method == .minMax && task.widen == 16 && task.search == nil)
    }

    @Test("a result that could not be written is refused before any work")
    func output() throws {
        try task("--calibration", "a.jpg", "-o", "int8.onnx").checkOutput()
        #expect(throws: ModelError.self) {
            try task("--calibration", "a.jpg", "-o", "/proc/nowhere/int8.onnx").checkOutput()
        }
    }

    @Test("a result never takes the place of what it is made of, nor of what is no file")
    func destroyed() throws {
        #expect(throws: UsageError.self) { try task("--calibration", #filePath, "-o", #filePath).checkOutput() }
        for path in ["/dev/null", "/tmp"] {
            #expect(throws: ModelError.self) { try task("--calibration", "a.jpg", "-o", path).checkOutput() }
        }
        for path in ["", "new/"] {
            #expect(throws: (any Error).self) { try task("--calibration", "a.jpg", "-o", path).checkOutput() }
        }
    }

    @Test(
        "what is missing or contradicts itself is wrong usage",
        arguments: [
            ["-o", "int8.onnx"], ["--calibration", "photos"],
            ["--calibration", "photos", "-o", "x", "--method", "guess"],
            ["--calibration", "photos", "-o", "x", "--activations", "int4"],
            ["--calibration", "photos", "-o", "x", "--weights", "int3"],
            ["--calibration", "photos", "-o", "x", "--max-drop", "0.5"],
            ["--calibration", "photos", "-o", "x", "--eval", "a.json"],
            ["--calibration", "photos", "-o", "x", "--weights", "int4", "--speed", "2"],
            ["--calibration", "photos", "-o", "x", "--max-drop", "1", "--eval", "a.json", "--speed", "2"],
        ])
    func wrongUsage(words: [String]) {
        #expect(throws: UsageError.self) {
            try QuantizeTask(try ParsedArguments(["float.onnx"] + words, form: QuantizeCommand.form))
        }
    }
}
