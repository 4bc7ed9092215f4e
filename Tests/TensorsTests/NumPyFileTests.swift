import Foundation
import Testing

@testable import Tensors

@Suite struct NumPyFileTests {
    private func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npy").path
    }

    private func write(_ bytes: [UInt8]) -> String {
        let path = temporaryPath()
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
        return path
    }

    private func file(header: String, body: [UInt8]) -> String {
        write([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + body)
    }

    @Test("what is written is read back, for every element type and rank")
    func roundTrip() throws {
        for element in ElementType.allCases where ![.bfloat16, .int4, .uint4].contains(element) {
            for shape: Shape in [[], [0], [3], [2, 3], [1, 2, 1, 2]] {
                let path = temporaryPath()
                defer { unlink(path) }
                let tensor = try Tensor(TensorType(element, shape)) { bytes in
                    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index * 37 % 2) }
                }
                try NumPyFile.write(tensor, to: path)
                let again = try NumPyFile.read(path)
                #expect(again.type == tensor.type)
                #expect(again.withUnsafeBytes(Array.init) == tensor.withUnsafeBytes(Array.init))
            }
        }
    }

    @Test("the header starts where NumPy expects and the data on a multiple of 64 bytes")
    func alignment() throws {
        let path = temporaryPath()
        defer { unlink(path) }
        try NumPyFile.write(try Tensor(.float32, [2], [Float(1), 2]), to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(bytes.count % 64 == 8)
        #expect(
            String(decoding: bytes[10..<bytes.count - 8], as: UTF8.self).hasPrefix(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"))
    }

    @Test(
        "a damaged file is an error, not a trap",
        arguments: [
            [], [1, 2, 3], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 255, 255, 1, 1],
            [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 3, 0, 255, 255, 255, 255, 0, 0],
        ] as [[UInt8]])
    func damaged(bytes: [UInt8]) {
        let path = write(bytes)
        defer { unlink(path) }
        #expect(throws: TensorError.self) { try NumPyFile.read(path) }
    }

    @Test(
        "a header that lies about type or size is an error",
        arguments: [
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
            "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", "{'descr': ", "",
        ])
    func lying(header: String) {
        let path = file(header: header, body: [0, 0, 0, 0, 0, 0, 0, 0])
        defer { unlink(path) }
        #expect(throws: TensorError.self) { try NumPyFile.read(path) }
    }
}
