// Which operators of a model are not known.

/// An operator's name and the operator set it belongs to.
struct OperatorName: Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// Empty for ONNX's own operators.
    let domain: String
    let type: String

    init(_ domain: String, _ type: String) {
        self.domain = domain
        self.type = type
    }

    /// An operator of ONNX's own.
    init(stringLiteral type: String) { self.init("", type) }

    var description: String { domain.isEmpty ? type : "\(domain).\(type)" }
}

enum UnknownOperators {
    /// - Throws: one `ONNXError` that lists all operators of `graph` that are neither known nor functions of the model.
    static func check(
        _ graph: GraphMessage, functions: [OperatorName: FunctionMessage], _ rules: inout OperatorRules
    ) throws {
        var found: [(name: OperatorName, first: Int, count: Int)] = []
        var position: [OperatorName: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            let name = OperatorName(node.domain, node.type)
            guard name != "If", rules.rule(name) == nil, functions[name] == nil else { continue }
            if let known = position[name] {
                found[known].count += 1
            } else {
                position[name] = found.count
                found.append((name, index, 1))
            }
        }
        guard !found.isEmpty else { return }
        let texts = found.map { item in
            let domain = item.name.domain.isEmpty ? "ai.onnx" : item.name.domain
            let what = "operator \(item.first) '\(item.name.type)' (ONNX domain \(domain))"
            return item.count == 1 ? what : "\(what), \(item.count) times"
        }
        let verb = found.count == 1 ? "is not known" : "are not known"
        throw ONNXError(texts.joined(separator: "; ") + " " + verb)
    }
}
