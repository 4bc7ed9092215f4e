// The attributes of one node, by name and with defaults.
import Tensors

/// What a node's attributes say; asking for one of another kind than it has is an error that names it.
struct Attributes {
    private let messages: [AttributeMessage]

    /// Nodes have a handful of attributes: to look through them is faster than to make a dictionary of them.
    private static let mostComparedPairwise = 16

    /// - Throws: `ONNXError` when an attribute is given twice.
    init(_ messages: [AttributeMessage]) throws {
        if messages.count <= Self.mostComparedPairwise {
            for (index, message) in messages.enumerated() {
                guard !messages[..<index].contains(where: { $0.name == message.name }) else {
                    throw Self.twice(message.name)
                }
            }
        } else {
            var names: Set<String> = []
            for message in messages {
                guard names.insert(message.name).inserted else { throw Self.twice(message.name) }
            }
        }
        self.messages = messages
    }

    private static func twice(_ name: String) -> ONNXError { ONNXError("attribute '\(name)' is given twice") }

    private func attribute(_ name: String) -> AttributeMessage? { messages.first { $0.name == name } }

    func has(_ name: String) -> Bool { messages.contains { $0.name == name } }

    func integer(_ name: String) throws -> Int? {
        guard let attribute = attribute(name) else { return nil }
        if let value = attribute.integer { return value }
        // A zero may be left out of the file where the kind says that it is an integer.
        guard attribute.kind == 2 else { throw wrongKind(name, "an integer") }
        return 0
    }

    func integer(_ name: String, default value: Int) throws -> Int { try integer(name) ?? value }

    func flag(_ name: String, default value: Bool = false) throws -> Bool { try integer(name).map { $0 != 0 } ?? value }

    func float(_ name: String) throws -> Float? {
        guard let attribute = attribute(name) else { return nil }
        if let value = attribute.float { return value }
        guard attribute.kind == 1 else { throw wrongKind(name, "a float") }
        return 0
    }

    func float(_ name: String, default value: Float) throws -> Float { try float(name) ?? value }

    func string(_ name: String) throws -> String? {
        guard let attribute = attribute(name) else { return nil }
        if let value = attribute.string { return value }
        guard attribute.kind == 3 else { throw wrongKind(name, "a string") }
        return ""
    }

    func string(_ name: String, default value: String) throws -> String { try string(name) ?? value }

    func integers(_ name: String) throws -> [Int]? {
        guard let attribute = attribute(name) else { return nil }
        guard attribute.kind == 7 || !attribute.integers.isEmpty || attribute.isEmpty else {
            throw wrongKind(name, "integers")
        }
        return attribute.integers
    }

    func floats(_ name: String) throws -> [Float]? {
        guard let attribute = attribute(name) else { return nil }
        guard attribute.kind == 6 || !attribute.floats.isEmpty || attribute.isEmpty else {
            throw wrongKind(name, "floats")
        }
        return attribute.floats
    }

    func strings(_ name: String) throws -> [String]? {
        guard let attribute = attribute(name) else { return nil }
        guard attribute.kind == 8 || !attribute.strings.isEmpty || attribute.isEmpty else {
            throw wrongKind(name, "strings")
        }
        return attribute.strings
    }

    func tensor(_ name: String) throws -> TensorMessage? {
        guard let attribute = attribute(name) else { return nil }
        guard let tensor = attribute.tensor else { throw wrongKind(name, "a tensor") }
        return tensor
    }

    func graph(_ name: String) throws -> GraphMessage? {
        guard let attribute = attribute(name) else { return nil }
        guard attribute.graphs.count == 1 else { throw wrongKind(name, "a graph") }
        return attribute.graphs[0]
    }

    private func wrongKind(_ name: String, _ expected: String) -> ONNXError {
        ONNXError("attribute '\(name)' is not \(expected)")
    }
}

extension AttributeMessage {
    /// Whether no value of any kind is there: an empty list of a file that does not say the kind.
    fileprivate var isEmpty: Bool {
        kind == 0 && float == nil && integer == nil && string == nil && floats.isEmpty && integers.isEmpty
            && strings.isEmpty
            && tensor == nil && graphs.isEmpty && !hasOther
    }
}
