import JSON

/// Which output of the model plays which part, as far as the preset says: `"outputs": {"boxes": 1, "scores": "Identity:0"}`.
struct OutputRoles: Hashable, Sendable {
    enum Reference: Hashable, Sendable {
        case index(Int)
        case name(String)
    }

    private var references: [String: [Reference]] = [:]

    /// No output is named: all are inferred.
    init() {}

    /// Reads `outputs` of a decoder block; `roles` are the parts the decoder knows.
    init(_ fields: JSONFields, roles: [String]) throws(JSONError) {
        guard let named = try fields.object("outputs") else { return }
        for role in roles {
            guard let value = named.value(role) else { continue }
            let list: [JSONValue] = if case .array(let elements) = value.content { elements } else { [value] }
            references[role] = []
            for element in list {
                switch element.content {
                case .integer(let index): references[role]?.append(.index(Int(index)))
                case .string(let name): references[role]?.append(.name(name))
                default: throw named.failure(role, "must be the place or the name of an output, or an array of these")
                }
            }
        }
        try named.finish()
    }

    /// The places of the outputs that the preset names for `role`; `nil` where it names none.
    func places(of role: String, among ports: [TensorPort], kind: String) throws(VisionError) -> [Int]? {
        guard let references = references[role] else { return nil }
        var places: [Int] = []
        for reference in references {
            switch reference {
            case .index(let index):
                guard ports.indices.contains(index) else {
                    throw .decoder(
                        kind: kind,
                        reason: "\"outputs\" names output \(index) for \(role); the model has \(ports.count) outputs")
                }
                places.append(index)
            case .name(let name):
                guard let index = ports.firstIndex(where: { $0.name == name }) else {
                    let names = Spelling.list(ports.map { "'\($0.name)'" })
                    throw .decoder(
                        kind: kind, reason: "\"outputs\" names '\(name)' for \(role); the model's outputs are \(names)")
                }
                places.append(index)
            }
        }
        return places
    }
}
