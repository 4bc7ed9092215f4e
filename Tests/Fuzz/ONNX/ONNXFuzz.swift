// Feeds the ONNX reader: any bytes end in an error or a graph whose types can be inferred or refused, and that can be written or not.

import FuzzDriver
import Graphs
import ONNXFormat
import Tensors

@main enum ONNXFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            ONNXFuzz.feed(data, size)
            return 0
        }
    }

    static func feed(_ data: UnsafePointer<UInt8>?, _ size: Int) {
        let bytes = UnsafeRawBufferPointer(start: data, count: size)
        guard let file = try? MappedFile(copying: bytes, name: "fuzz") else { return }
        guard var graph = try? ONNXReader.read(file: file) else { return }
        precondition(graph.outputs.allSatisfy { graph.values.indices.contains($0.index) })
        _ = try? graph.inferTypes()
        // What is written is read and written as the same bytes.
        guard let written = try? ONNXWriter.bytes(graph, version: ""),
            let copy = try? written.withUnsafeBytes({ try MappedFile(copying: $0, name: "written") })
        else { return }
        let again = try? ONNXWriter.bytes(try ONNXReader.read(file: copy), version: "")
        precondition(again == written)
    }
}
