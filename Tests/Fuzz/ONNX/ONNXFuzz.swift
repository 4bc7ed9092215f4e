// Feeds the ONNX reader: any bytes end in an error or a graph whose types can be inferred or refused.

import FuzzDriver
import Glibc
import Graphs
import ONNXFormat

@main enum ONNXFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            ONNXFuzz.feed(data, size)
            return 0
        }
    }

    /// The reader maps what it reads: the bytes go through a file in memory.
    static func feed(_ data: UnsafePointer<UInt8>?, _ size: Int) {
        let descriptor = memfd_create("model.onnx", 0)
        defer { close(descriptor) }
        guard write(descriptor, data, size) == size else { return }
        guard var graph = try? ONNXReader.read(path: "/proc/self/fd/\(descriptor)") else { return }
        precondition(graph.outputs.allSatisfy { graph.values.indices.contains($0.index) })
        _ = try? graph.inferTypes()
    }
}
