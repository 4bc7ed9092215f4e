// Trained models compute through an ONNX file what they compute by themselves.
import Arete
import Foundation
import Testing

@Suite struct ConversionTests {
    /// A model of the conformance data.
    struct Case: CustomTestStringConvertible, Sendable {
        var path: String
        var testDescription: String { URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent }
    }

    private static let cases: [Case] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appendingPathComponent("../shared/conformance/models").standardizedFileURL
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        if names.isEmpty { print("skipped: conformance/models is absent") }
        return names.sorted().map { folder.appendingPathComponent("\($0)/model.tflite").path }
            .filter { FileManager.default.fileExists(atPath: $0) }.map { Case(path: $0) }
    }()

    /// Kernels of debug builds make some 0.5 billion multiplications a second.
    private let mostMultiplications = 60_000_000

    @Test("a TFLite model written as ONNX gives nearly the same, or is refused by an operator's name", arguments: cases)
    func tflite(_ each: Case) throws {
        let model = try Model(path: each.path)
        guard try model.executable().multiplyAccumulates <= mostMultiplications else { return }
        let path = NSTemporaryDirectory() + UUID().uuidString + ".onnx"
        defer { try? FileManager.default.removeItem(atPath: path) }
        do throws(ModelError) {
            try model.writeONNX(to: path, producerVersion: "test")
        } catch {
            #expect(error.reason.contains("state") || error.reason.contains("DetectionPostProcess"))
            return
        }
        let (before, after) = (try outputs(of: model), try outputs(of: Model(path: path)))
        #expect(before.count == after.count)
        for (a, b) in zip(before, after) {
            #expect(a.shape == b.shape && a.element == b.element)
            #expect(similarity(a.doubles, b.doubles) > 0.98, "\(each.testDescription)")
        }
    }

    @Test("shapes that are given hold for good, names of inputs and outputs stay")
    func shapes() throws {
        let path = NSTemporaryDirectory() + UUID().uuidString + ".onnx"
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard let first = Self.cases.first(where: { $0.testDescription == "resnet8_cifar_f32" }) else { return }
        let model = try Model(path: first.path)
        try model.writeONNX(to: path, producerVersion: "test")
        let (before, after) = (model.graph, try Model(path: path).graph)
        #expect(before.inputs.map { before[$0.value].name } == after.inputs.map { after[$0.value].name })
        #expect(before.outputs.map { before[$0].name } == after.outputs.map { after[$0].name })
        #expect(after.inputs[0].dimensions == [.fixed(1), .fixed(32), .fixed(32), .fixed(3)])
    }

    /// All outputs on a made-up picture.
    private func outputs(of model: Model) throws -> [Tensor] {
        let session = try model.session(options: Options(threads: 1))
        var state: UInt64 = 11
        for index in 0..<session.inputCount {
            let isFloat = session.inputType(index).element == .float32
            session.withInput(index) { bytes in
                for place in stride(from: 0, to: bytes.count, by: isFloat ? 4 : 1) {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    if isFloat {
                        bytes.storeBytes(of: Float(state >> 40) * 0x1p-24, toByteOffset: place, as: Float.self)
                    } else {
                        bytes[place] = UInt8(truncatingIfNeeded: state >> 40)
                    }
                }
            }
        }
        try session.run()
        return try (0..<session.outputCount).map { try session.output($0) }
    }

    /// The cosine of the angle between two lists.
    private func similarity(_ a: [Double], _ b: [Double]) -> Double {
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        let lengths = (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }).squareRoot()
        return lengths == 0 ? (a == b ? 1 : 0) : product / lengths
    }
}
