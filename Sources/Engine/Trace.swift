// A table of all intermediate results, to find the first operator that differs from another engine.
import Glibc
import Graphs
import Tensors

public enum Trace {
    /// Writes one line for each operator output of the last run of `session`, made with `keepsEveryValue`: the operator's
    /// number and name in the file, the slot and number of its output, type, shape, least, greatest and mean value, and the
    /// CRC-32 of the little-endian values.
    /// - Throws: `TensorError.file`.
    public static func write(_ session: Session, to path: String) throws(TensorError) {
        let graph = session.executable.sourceGraph
        var rows: [(index: Int, slot: Int, text: String)] = []
        var slots: [Int: Int] = [:]
        for node in graph.nodes {
            for id in node.outputs {
                let fileIndex = graph[id].fileIndex
                guard fileIndex != nil || graph.convention == .onnx, let tensor = session.value(id) else { continue }
                let slot = slots[node.origin.index, default: 0]
                slots[node.origin.index] = slot + 1
                rows.append(
                    (node.origin.index, slot, line(node, slot: slot, tensorIndex: fileIndex ?? id.index, tensor)))
            }
        }
        rows.sort { ($0.index, $0.slot) < ($1.index, $1.slot) }
        let text =
            "op_index,op,slot,tensor_index,dtype,shape,min,max,mean,crc32\n" + rows.map { $0.text + "\n" }.joined()
        guard let stream = fopen(path, "w") else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        let written = fputs(text, stream)
        guard fclose(stream) == 0, written >= 0 else {
            throw .file(path: path, reason: String(cString: strerror(errno)))
        }
    }

    private static func line(_ node: Node, slot: Int, tensorIndex: Int, _ tensor: Tensor) -> String {
        let values = tensor.doubles
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        let numbers = [values.min() ?? 0, values.max() ?? 0, mean].map(nineDigits)
        let shape = tensor.shape.dimensions.map(String.init).joined(separator: "x")
        let sum = hexadecimal(tensor.withUnsafeBytes(crc32))
        return
            "\(node.origin.index),\(node.origin.operatorName),\(slot),\(tensorIndex),\(tensor.element),\(shape),\(numbers.joined(separator: ",")),\(sum)"
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// `%.9g`: enough digits to tell any two single precision numbers apart.
    private static func nineDigits(_ value: Double) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            _ = withVaList([value]) { vsnprintf(buffer.baseAddress, 64, "%.9g", $0) }
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }

    /// The checksum of zip and PNG (polynomial 0xEDB88320).
    private static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var table = [UInt32](repeating: 0, count: 256)
        for start in 0..<256 {
            var value = UInt32(start)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
            table[start] = value
        }
        var sum = ~UInt32(0)
        for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 0xff)] ^ (sum >> 8) }
        return ~sum
    }
}
