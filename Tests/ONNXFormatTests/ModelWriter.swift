// Writes small ONNX models, good ones and bad ones.
import Foundation
import Graphs
import ONNXFormat

/// Protobuf fields, one after another.
struct Message {
    var bytes: [UInt8] = []

    mutating func varint(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        repeat {
            bytes.append(UInt8(rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
    }
    func with(_ field: Int, _ value: Int) -> Message {
        var copy = self
        copy.varint(field << 3)
        copy.varint(value)
        return copy
    }
    func with(_ field: Int, _ value: Float) -> Message {
        var copy = self
        copy.varint(field << 3 | 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { copy.bytes += $0 }
        return copy
    }
    func with(_ field: Int, _ value: [UInt8]) -> Message {
        var copy = self
        copy.varint(field << 3 | 2)
        copy.varint(value.count)
        copy.bytes += value
        return copy
    }
    func with(_ field: Int, _ value: String) -> Message { with(field, Array(value.utf8)) }
    func with(_ field: Int, _ value: Message) -> Message { with(field, value.bytes) }
    func with(_ field: Int, all values: [Message]) -> Message { values.reduce(self) { $0.with(field, $1) } }
    func with(_ field: Int, all values: [String]) -> Message { values.reduce(self) { $0.with(field, $1) } }
    func packed(_ field: Int, _ values: [Int]) -> Message {
        var inner = Message()
        for value in values { inner.varint(value) }
        return with(field, inner)
    }
}

/// An attribute of a node.
enum Attribute {
    case int(String, Int)
    case float(String, Float)
    case string(String, String)
    case ints(String, [Int])
    case floats(String, [Float])
    case strings(String, [String])
    case tensor(String, Message)
    case graph(String, Message)
    case reference(String, to: String)

    var message: Message {
        switch self {
        case .int(let name, let value): Message().with(1, name).with(3, value).with(20, 2)
        case .float(let name, let value): Message().with(1, name).with(2, value).with(20, 1)
        case .string(let name, let value): Message().with(1, name).with(4, value).with(20, 3)
        case .ints(let name, let values): values.reduce(Message().with(1, name)) { $0.with(8, $1) }.with(20, 7)
        case .floats(let name, let values): values.reduce(Message().with(1, name)) { $0.with(7, $1) }.with(20, 6)
        case .strings(let name, let values): Message().with(1, name).with(9, all: values).with(20, 8)
        case .tensor(let name, let value): Message().with(1, name).with(5, value).with(20, 4)
        case .graph(let name, let value): Message().with(1, name).with(6, value).with(20, 5)
        case .reference(let name, let other): Message().with(1, name).with(21, other)
        }
    }
}

func node(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [Attribute] = [], domain: String = ""
) -> Message {
    Message().with(1, all: inputs).with(2, all: outputs).with(4, type).with(7, domain).with(
        5, all: attributes.map(\.message))
}

enum Size {
    case fixed(Int)
    case named(String)
    case free
}

/// A declared input or output of float32 unless `type` says otherwise.
func info(_ name: String, _ sizes: [Size]?, type: Int = 1) -> Message {
    var tensor = Message().with(1, type)
    if let sizes {
        let dimensions = sizes.map { size in
            switch size {
            case .fixed(let value): Message().with(1, value)
            case .named(let name): Message().with(2, name)
            case .free: Message()
            }
        }
        tensor = tensor.with(2, Message().with(1, all: dimensions))
    }
    return Message().with(1, name).with(2, Message().with(1, tensor))
}

func tensor(_ name: String, _ dataType: Int, _ dimensions: [Int], raw: [UInt8]) -> Message {
    dimensions.reduce(Message().with(8, name).with(2, dataType)) { $0.with(1, $1) }.with(9, raw)
}

func floats(_ name: String, _ dimensions: [Int], _ values: [Float]) -> Message {
    tensor(
        name, 1, dimensions,
        raw: values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
}

func int64s(_ name: String, _ dimensions: [Int], _ values: [Int]) -> Message {
    dimensions.reduce(Message().with(8, name).with(2, 7)) { $0.with(1, $1) }.packed(7, values)
}

func graphMessage(_ nodes: [Message], inputs: [Message] = [], outputs: [String], initializers: [Message] = [])
    -> Message
{
    Message().with(1, all: nodes).with(2, "test").with(5, all: initializers).with(11, all: inputs)
        .with(12, all: outputs.map { info($0, nil) })
}

func model(
    _ graph: Message, opset: Int = 21, functions: [Message] = [], domains: [String] = ["com.microsoft", "local"]
) -> [UInt8] {
    var model = Message().with(1, 8).with(8, Message().with(2, opset))
    for domain in domains { model = model.with(8, Message().with(1, domain).with(2, 1)) }
    return model.with(25, all: functions).with(7, graph).bytes
}

/// A model of one node with inputs x, x1, ... and outputs y, y1, ...
func single(
    _ type: String, inputs: Int = 1, outputs: Int = 1, _ attributes: [Attribute] = [], opset: Int = 21,
    domain: String = "",
    rank: Int = 4, initializers: [Message] = []
) -> [UInt8] {
    let names = (0..<inputs).map { $0 == 0 ? "x" : "x\($0)" }
    let results = (0..<outputs).map { $0 == 0 ? "y" : "y\($0)" }
    let node = node(type, names, results, attributes, domain: domain)
    let infos = names.map { info($0, [Size](repeating: .free, count: rank)) }
    return model(graphMessage([node], inputs: infos, outputs: results, initializers: initializers), opset: opset)
}

/// A folder that is removed with its last owner.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "onnx-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], _ name: String = "model.onnx") throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }
}

func read(_ bytes: [UInt8]) throws -> Graph {
    let folder = try Folder()
    return try ONNXReader.read(path: try folder.write(bytes))
}

/// What the reader says of a model that it must refuse.
func refusal(_ bytes: [UInt8]) -> String {
    do {
        _ = try read(bytes)
        return "no error"
    } catch { return "\(error)" }
}
