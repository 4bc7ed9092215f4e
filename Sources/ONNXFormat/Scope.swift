// Names of values, as nodes of one body see them.
import Graphs

/// The names of one graph, function body or branch; a branch also sees those of the graph round it.
final class Scope {
    private let parent: Scope?
    private var values: [String: ValueID] = [:]
    private var missing: Set<String> = []
    let opsets: [String: Int]
    /// Where the call is in the main graph, for the nodes of an inlined body.
    var callIndex: Int?
    /// What attributes that refer to the caller's stand for, inside a function.
    var attributes: [String: AttributeMessage]?

    init(parent: Scope?, opsets: [String: Int]) {
        self.parent = parent
        self.opsets = opsets
    }

    /// The value under `name` here or in a scope round this one.
    func value(_ name: String) -> ValueID? { values[name] ?? parent?.value(name) }

    /// Whether `name` is an input that the caller left out.
    func isMissing(_ name: String) -> Bool { missing.contains(name) || (parent?.isMissing(name) ?? false) }

    func own(_ name: String) -> ValueID? { values[name] }

    /// - Throws: `ONNXError` when the name is taken.
    func set(_ name: String, _ id: ValueID) throws {
        guard !name.isEmpty else { return }
        guard values.updateValue(id, forKey: name) == nil else { throw ONNXError("'\(name)' is defined twice") }
    }

    /// Makes room for so many more names.
    func reserve(_ count: Int) { values.reserveCapacity(values.count + count) }

    /// An input of a function that the caller leaves out.
    func setMissing(_ name: String) { missing.insert(name) }

    /// `attributes` with references to the caller's attributes replaced; those the caller does not give are dropped.
    func resolved(_ attributes: [AttributeMessage]) throws -> [AttributeMessage] {
        // Outside functions there are none: nothing is copied.
        guard attributes.contains(where: { !$0.reference.isEmpty }) else { return attributes }
        return try attributes.compactMap { attribute in
            guard !attribute.reference.isEmpty else { return attribute }
            guard let given = self.attributes else {
                throw ONNXError("attribute '\(attribute.name)' refers to a function's attribute outside a function")
            }
            guard var value = given[attribute.reference] else { return nil }
            value.name = attribute.name
            return value
        }
    }
}
