// Whole models give the same bits whichever kernels run and however many threads share the work.
import Arete
import Foundation
import Testing

@Suite struct SameBitsTests {
    /// A trained model of the conformance data or of this repository.
    struct Case: CustomTestStringConvertible, Sendable {
        var path: String
        var arithmetic: Arithmetic
        var testDescription: String {
            "\(URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent), \(arithmetic)"
        }
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let paths: [String] = {
        let folders = ["Models", "../shared/conformance/models", "../shared/conformance/onnx-models"]
        let found = folders.flatMap { folder -> [String] in
            let folder = root.appendingPathComponent(folder).standardizedFileURL
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            if names.isEmpty { print("skipped: \(folder.lastPathComponent) is absent") }
            return names.sorted().flatMap { name in
                ["model.tflite", "model.onnx"].map { folder.appendingPathComponent("\(name)/\($0)").path }
            }
        }
        return found.filter { FileManager.default.fileExists(atPath: $0) }
    }()

    private static let cases = paths.flatMap { path in
        [Arithmetic.fast, .exact].map { Case(path: path, arithmetic: $0) }
    }

    /// Models that take longer are left out: portable kernels make some 0.5 billion multiplications a second.
    private let mostMultiplications = 150_000_000

    @Test("integer results are the same bits on every instruction set, all results for any threads", arguments: cases)
    func sameBits(_ each: Case) throws {
        let model = try Model(path: each.path)
        guard let reference = try outputs(of: model, each.arithmetic, threads: 1, on: .best, checking: true) else {
            return
        }
        #expect(!reference.isEmpty)
        #expect(try outputs(of: model, each.arithmetic, threads: 3, on: .best) == reference)
        guard model.computesIntegers else { return }
        for set in InstructionSet.available {
            let results = try outputs(of: model, each.arithmetic, threads: 1, on: set)
            #expect(results == reference, "on \(set)")
        }
    }

    /// The bytes of all outputs on two made-up inputs; nil for a model that is too large or needs the shape of its input.
    private func outputs(
        of model: Model, _ arithmetic: Arithmetic, threads: Int, on set: InstructionSet, checking: Bool = false
    ) throws -> [[UInt8]]? {
        var options = Options(arithmetic: arithmetic, threads: threads, instructionSet: set)
        options.spinMicroseconds = 0
        guard let executable = try? model.executable(options: options) else { return nil }
        if checking, executable.multiplyAccumulates > mostMultiplications { return nil }
        let session = try Session(executable)
        var random = LinearCongruential(state: 7)
        return try (0..<2).flatMap { _ -> [[UInt8]] in
            for index in 0..<session.inputCount { fill(session, index, &random) }
            try session.run()
            return (0..<session.outputCount).map { session.withOutput($0) { Array($0) } }
        }
    }

    /// Bytes of all values; floats between 0 and 1, as of a picture; other numbers 0, which every index may be.
    private func fill(_ session: Session, _ index: Int, _ random: inout LinearCongruential) {
        let element = session.inputType(index).element
        session.withInput(index) { bytes in
            if element == .float32 {
                for place in bytes.bindMemory(to: Float.self).indices {
                    bytes.storeBytes(of: Float(random.next() >> 40) * 0x1p-24, toByteOffset: place * 4, as: Float.self)
                }
            } else {
                let isSmall = element == .int8 || element == .uint8 || element == .int16
                for place in bytes.indices {
                    bytes[place] = isSmall ? UInt8(truncatingIfNeeded: random.next() >> 40) : 0
                }
            }
        }
    }
}

extension Model {
    /// Whether nothing between the inputs and the outputs is float.
    fileprivate var computesIntegers: Bool {
        graph.values.allSatisfy { $0.constant != nil || $0.element?.isFloat == false }
    }
}

/// Knuth's MMIX generator.
private struct LinearCongruential {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}
