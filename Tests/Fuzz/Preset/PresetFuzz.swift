// Feeds the JSON reader and what stands on it: any bytes end in an error, or in a document that survives being written; a document
// that is a preset fits a model or is refused.

import FuzzDriver
import JSON
import Tensors
import Vision

@main enum PresetFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            guard let value = try? JSONReader.read(bytes, source: "fuzz") else { return 0 }
            guard let again = try? JSONReader.read(value.text, source: "fuzz") else {
                preconditionFailure("not read back")
            }
            precondition(again == value)
            guard let preset = try? Preset.read(bytes, source: "fuzz", folder: "/nonexistent/") else { return 0 }
            for shapes: [Shape] in [
                [[1, 4, 4, 2], [1, 4, 4, 4]], [[1, 20, 4], [1, 20, 3]], [[1, 20, 7]], [[1, 10]],
            ] {
                let model = ModelSignature(
                    inputs: [TensorPort("in", TensorType(.float32, [1, 32, 32, 3]))],
                    outputs: shapes.map { TensorPort("out", TensorType(.float32, $0)) })
                _ = try? Detector(preset: preset, model: model)
                _ = try? Classifier(preset: preset, model: model)
            }
            return 0
        }
    }
}
