// Tensor data: raw, typed, packed, unpacked, outside.
import Foundation
import Graphs
import ONNXFormat
import Tensors
import Testing

@Suite("Tensor data")
struct TensorDecodingTests {
    /// The constant that `message` becomes.
    private func constant(_ message: Message) throws -> Tensor {
        let graph = try read(model(graphMessage([node("Abs", ["w"], ["y"])], outputs: ["y"], initializers: [message])))
        return try #require(graph.nodes[0].inputs[0].flatMap { graph[$0].constant })
    }

    private func refused(_ message: Message) -> String {
        refusal(model(graphMessage([node("Abs", ["w"], ["y"])], outputs: ["y"], initializers: [message])))
    }

    private func empty(_ dataType: Int, _ dimensions: [Int]) -> Message {
        dimensions.reduce(Message().with(8, "w").with(2, dataType)) { $0.with(1, $1) }
    }

    @Test(
        "raw data have the element's own layout",
        arguments: [
            (1, ElementType.float32, [0, 0, 0x80, 0x3f] as [UInt8], [1.0]), (2, .uint8, [200], [200]),
            (3, .int8, [0xff], [-1]),
            (4, .uint16, [0xff, 0xff], [65535]), (5, .int16, [0xfe, 0xff], [-2]),
            (6, .int32, [1, 0, 0, 0x80], [-2147483647]),
            (7, .int64, [5, 0, 0, 0, 0, 0, 0, 0], [5]), (9, .bool, [7], [1]), (10, .float16, [0, 0x3c], [1]),
            (11, .float64, [0, 0, 0, 0, 0, 0, 0, 0x40], [2]), (12, .uint32, [0xff, 0xff, 0xff, 0xff], [4294967295]),
            (13, .uint64, [9, 0, 0, 0, 0, 0, 0, 0], [9]), (16, .bfloat16, [0x80, 0x3f], [1]),
        ])
    func raw(dataType: Int, element: ElementType, bytes: [UInt8], expected: [Double]) throws {
        let tensor = try constant(tensor("w", dataType, [1], raw: bytes))
        #expect(tensor.element == element)
        #expect(tensor.doubles == expected)
    }

    @Test("4-bit integers are unpacked, low half first", arguments: [(21, [1.0, 15, 8]), (22, [1.0, -1, -8])])
    func fourBits(dataType: Int, expected: [Double]) throws {
        #expect(try constant(tensor("w", dataType, [3], raw: [0xf1, 0x08])).doubles == expected)
        #expect(try constant(empty(dataType, [3]).packed(5, [0xf1, 0x08])).doubles == expected)
    }

    @Test("typed data are read packed and one by one")
    func typed() throws {
        #expect(try constant(empty(3, [3]).packed(5, [-1, 2, 127])).doubles == [-1, 2, 127])
        #expect(try constant(empty(6, [2]).with(5, -7).with(5, 8)).doubles == [-7, 8])
        #expect(try constant(empty(7, [2]).with(7, -7).packed(7, [1 << 40])).doubles == [-7, Double(1 << 40)])
        #expect(try constant(empty(1, [2]).with(4, Float(0.5)).with(4, Float(-2))).floats == [0.5, -2])
        let packed = Message().with(1, Float(3)).bytes.dropFirst() + Message().with(1, Float(4)).bytes.dropFirst()
        #expect(try constant(empty(1, [2]).with(4, Array(packed))).floats == [3, 4])
        #expect(try constant(empty(10, [2]).packed(5, [0x3c00, 0xc000])).floats == [1, -2])
        #expect(try constant(empty(9, [2]).packed(5, [0, 5])).doubles == [0, 1])
        #expect(try constant(empty(12, [1]).packed(11, [3_000_000_000])).doubles == [3e9])
    }

    @Test("an empty tensor needs no data")
    func noElements() throws {
        let tensor = try constant(empty(1, [2, 0]))
        #expect(tensor.shape == [2, 0] && tensor.elementCount == 0)
    }

    @Test("lying tensors are refused")
    func lies() {
        #expect(refused(tensor("w", 1, [2], raw: [0, 0, 0, 0])).contains("needs 8 bytes, the file has 4"))
        #expect(refused(tensor("w", 1, [-1], raw: [])).contains("has dimensions"))
        #expect(refused(tensor("w", 1, [1 << 40, 1 << 40], raw: [])).contains("has dimensions"))
        #expect(refused(tensor("w", 1, [Int](repeating: 1, count: 9), raw: [0, 0, 0, 0])).contains("9 dimensions"))
        #expect(refused(empty(6, [1 << 40]).packed(5, [1])).contains("the file has fewer"))
        #expect(refused(empty(6, [1]).packed(5, [1, 2])).contains("more than 1"))
        #expect(refused(empty(6, [2]).packed(5, [300])).contains("the file has 1"))
        #expect(refused(empty(6, [1]).packed(7, [1])).contains("another element type"))
        #expect(refused(empty(8, [1]).with(6, "text")).contains("element type string"))
        #expect(refused(empty(14, [1])).contains("complex64"))
    }

    @Test("weights of one byte an element are mapped, not copied")
    func mapped() throws {
        let folder = try Folder()
        let path = try folder.write(
            model(
                graphMessage(
                    [node("Abs", ["w"], ["y"])], outputs: ["y"], initializers: [tensor("w", 3, [3], raw: [1, 2, 3])])))
        let graph = try ONNXReader.read(path: path)
        let weights = try #require(graph.nodes[0].inputs[0].flatMap { graph[$0].constant })
        let handle = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
        let maps = String(decoding: handle.readDataToEndOfFile(), as: UTF8.self)
        let address = UInt(bitPattern: weights.baseAddress)
        let line = maps.split(separator: "\n").first { line in
            let bounds = line.split(separator: " ")[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return bounds.count == 2 && bounds[0] <= address && address < bounds[1]
        }
        #expect(line?.contains("model.onnx") == true)
    }

    private func external(_ entries: [(String, String)], _ dimensions: [Int] = [4]) -> [UInt8] {
        var message = empty(2, dimensions).with(14, 1)
        for (key, value) in entries { message = message.with(13, Message().with(1, key).with(2, value)) }
        return model(graphMessage([node("Abs", ["w"], ["y"])], outputs: ["y"], initializers: [message]))
    }

    @Test("external data come from a file beside the model")
    func externalData() throws {
        let folder = try Folder()
        _ = try folder.write([9, 9, 1, 2, 3, 4, 9], "weights.bin")
        for entries in [
            [("location", "weights.bin"), ("offset", "2"), ("length", "4")],
            [("location", "weights.bin"), ("offset", "2")],
        ] {
            let graph = try ONNXReader.read(path: try folder.write(external(entries)))
            #expect(graph.nodes[0].inputs[0].flatMap { graph[$0].constant }?.integers == [1, 2, 3, 4])
        }
    }

    @Test(
        "external data outside the folder or the file are refused",
        arguments: [
            ("/etc/passwd", "0", "no path inside"), ("../weights.bin", "0", "no path inside"),
            ("a/../../weights.bin", "0", "no path inside"),
            ("absent.bin", "0", "cannot open"), ("link.bin", "0", "leads outside"),
            ("weights.bin", "4", "reach outside"),
            ("weights.bin", "-1", "no number"), ("weights.bin", "9223372036854775807", "reach outside"),
            ("", "0", "no path inside"),
        ])
    func hostileExternalData(location: String, offset: String, expected: String) throws {
        let folder = try Folder()
        let elsewhere = try Folder()
        _ = try folder.write([1, 2, 3, 4, 5], "weights.bin")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.bin", withDestinationPath: try elsewhere.write([1, 2, 3, 4], "target.bin"))
        let path = try folder.write(external([("location", location), ("offset", offset)]))
        #expect {
            _ = try ONNXReader.read(path: path)
        } throws: { "\($0)".contains(expected) }
    }
}
