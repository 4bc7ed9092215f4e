// Feeds the .tflite reader: any bytes end in an error or a graph whose types can be inferred or refused.

import FuzzDriver
import TFLiteFormat
import Tensors

@main enum TFLiteFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            guard let file = try? MappedFile(copying: bytes, name: "fuzz") else { return 0 }
            guard var graph = try? TFLiteReader.read(file: file) else { return 0 }
            precondition(graph.nodes.allSatisfy { $0.outputs.allSatisfy { $0.index < graph.values.count } })
            _ = try? graph.inferTypes()
            return 0
        }
    }
}
