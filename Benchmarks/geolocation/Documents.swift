// JSON documents of the data.
import Glibc
import JSON

struct BenchError: Error {
    let text: String
}

extension JSONValue {
    func at(_ key: String) throws -> JSONValue {
        guard let value = self[key] else { throw BenchError(text: "there is no \"\(key)\"") }
        return value
    }

    func number(_ key: String) throws -> Double { try at(key).double() }

    func double() throws -> Double {
        switch content {
        case .number(let number): return number
        case .integer(let number): return Double(number)
        default: throw BenchError(text: "a number is \(kindName)")
        }
    }

    func string(_ key: String) throws -> String {
        guard case .string(let string) = try at(key).content else { throw BenchError(text: "\(key) is no text") }
        return string
    }

    func list(_ key: String) throws -> [JSONValue] { try at(key).list() }

    func list() throws -> [JSONValue] {
        guard case .array(let elements) = content else { throw BenchError(text: "a list is \(kindName)") }
        return elements
    }
}

func bytes(of path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw BenchError(text: "\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&piece, 1, piece.count, file)
        guard count > 0 else { return bytes }
        bytes += piece[..<count]
    }
}

func document(_ path: String) throws -> JSONValue {
    try JSONReader.read(bytes: try bytes(of: path), source: path, limits: JSONLimits())
}
