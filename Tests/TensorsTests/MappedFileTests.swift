// Files in memory, and tensors that lie in them.
import Foundation
import Testing

@testable import Tensors

@Suite struct MappedFileTests {
    @Test("pages that were given back are read again, and ranges beyond the file are no harm")
    func letGo() throws {
        let path = NSTemporaryDirectory() + "arete-mapped-\(UUID().uuidString)"
        defer { unlink(path) }
        let content = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        try content.write(to: URL(fileURLWithPath: path))
        let file = try MappedFile(path: path)
        let tensor = try Tensor(TensorType(.uint8, [90_000]), file: file, range: 100..<90_100)
        let mapping = try #require(tensor.mapping)
        #expect(mapping.file === file && mapping.range == 100..<90_100)
        for range in [mapping.range, 0..<0, 5000..<5001, -10..<200_000, 99_000..<(1 << 40)] {
            file.letGoOfPages(in: range)
            #expect(file.bytes.elementsEqual(content), "\(range)")
        }
    }

    @Test("values that lie askew in a file are a copy, which tells where they come from")
    func askew() throws {
        let content = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let file = try content.withUnsafeBytes { try MappedFile(copying: $0, name: "copy") }
        let range = 3..<1_000_003
        let tensor = try Tensor(TensorType(.float32, [250_000]), file: file, range: range)
        #expect(tensor.mapping == nil)
        #expect(tensor.fileRange?.file === file && tensor.fileRange?.range == range)
        #expect(tensor.withBytesOnce { $0.elementsEqual(content[range]) })
        #expect(tensor.withUnsafeBytes { $0.elementsEqual(content[range]) })
        #expect(Int(bitPattern: tensor.baseAddress) % 64 == 0)
        let straight = try Tensor(TensorType(.float32, [250_000]), file: file, range: 0..<1_000_000)
        #expect(straight.mapping?.range == straight.fileRange?.range)
        #expect(try Tensor(.uint8, [1], [UInt8(1)]).fileRange == nil)
    }

    @Test("a file in memory alone keeps its pages")
    func copied() throws {
        let content = [UInt8](repeating: 9, count: 50_000)
        let file = try content.withUnsafeBytes { try MappedFile(copying: $0, name: "copy") }
        file.letGoOfPages(in: 0..<50_000)
        #expect(file.bytes.elementsEqual(content))
    }

    @Test("tensors of any size start as zeros", arguments: [1, 1000, 1 << 18, (1 << 18) + 1, 1 << 22])
    func zeros(count: Int) throws {
        let tensor = try Tensor(TensorType(.uint8, [count]))
        #expect(tensor.withUnsafeBytes { $0.allSatisfy { $0 == 0 } })
        #expect(tensor.mapping == nil)
        #expect(Int(bitPattern: tensor.baseAddress) % 64 == 0)
    }
}
