// Trained models' stored inputs and outputs, where the folder `../shared` holds them.

import Foundation
import JSON
import Tensors

@testable import Vision

enum Conformance {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared/conformance")

    static let isPresent = FileManager.default.fileExists(atPath: folder.path)
    static let skipped = "../shared/conformance is not there: decoders are tested on made-up outputs alone"

    /// A model's inputs, outputs and the stored values of one case.
    struct Model {
        var signature: ModelSignature
        var inputs: [Tensor]
        var outputs: [Tensor]
    }

    struct Missing: Error { var what: String }

    static func model(_ name: String, case number: Int = 0) throws -> Model {
        let base = folder.appendingPathComponent(name)
        let meta = try JSONReader.read(
            bytes: [UInt8](try Data(contentsOf: base.appendingPathComponent("meta.json"))), source: "\(name)/meta.json")
        let signature = ModelSignature(inputs: try ports(meta["inputs"]), outputs: try ports(meta["outputs"]))
        func arrays(_ letter: String, _ ports: [TensorPort]) throws -> [Tensor] {
            try ports.enumerated().map { place, port in
                let tensor = try array(base.appendingPathComponent("case\(number)/\(letter)\(place)"))
                guard let typed = tensor.reinterpreted(as: port.type) else {
                    throw Missing(what: "\(name) \(port.name)")
                }
                return typed
            }
        }
        let inputs = (try? arrays("in", signature.inputs)) ?? []
        return Model(signature: signature, inputs: inputs, outputs: try arrays("out", signature.outputs))
    }

    private static func ports(_ value: JSONValue?) throws -> [TensorPort] {
        guard case .array(let elements)? = value?.content else { throw Missing(what: "ports") }
        return try elements.map { element in
            let fields = try JSONFields(element, source: "meta.json")
            let names = ["float": ElementType.float32]
            let word = try fields.string("dtype") ?? ""
            let type = names[word] ?? ElementType.allCases.first { $0.description == word }
            guard let type, let shape = try fields.integers("shape") else { throw Missing(what: "type \(word)") }
            var quantization: Quantization?
            if let block = try fields.object("quantization"), let scale = try block.numbers("scale")?.first,
                let zero = try block.integers("zero_point")?.first
            {
                quantization = Quantization(scale: Float(scale), zeroPoint: Int32(zero))
            }
            return TensorPort(
                try fields.string("name") ?? "", TensorType(type, Shape(shape), quantization: quantization))
        }
    }

    /// The array in `path.npy` or `path.npz`.
    private static func array(_ path: URL) throws -> Tensor {
        if FileManager.default.fileExists(atPath: path.path + ".npy") { return try NumPyFile.read(path.path + ".npy") }
        let unpacked = try Inflate.firstMember(
            ofZip: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.path + ".npz"))))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npy")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(unpacked).write(to: file)
        return try NumPyFile.read(file.path)
    }
}
