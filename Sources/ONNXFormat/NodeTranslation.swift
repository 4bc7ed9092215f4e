// One ONNX node on its way into the graph.
import Graphs
import Tensors

/// What an operator's rule sees of a node, and how it adds to the graph.
struct NodeTranslation {
    let builder: GraphBuilder
    let origin: Node.Origin
    /// The version of the operator set that the node's domain is imported at.
    let version: Int
    let attributes: Attributes
    /// `nil` where an optional input is left out.
    let inputs: [ValueID?]
    /// Names in the file; empty where an output is left out.
    let outputs: [String]
    let scope: Scope

    // MARK: Looking at inputs

    func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

    /// Input `index` where it is there.
    func input(_ index: Int) -> ValueID? { index < inputs.count ? inputs[index] : nil }

    func required(_ index: Int) throws -> ValueID {
        guard let id = input(index) else { throw ONNXError("input \(index) is missing") }
        return id
    }

    /// The value of input `index` where the file holds it.
    func constant(_ index: Int) -> Tensor? { input(index).flatMap { builder.graph[$0].constant } }

    /// The number of dimensions of input `index` where the file declares it.
    func rank(_ index: Int) -> Int? { input(index).flatMap { builder.declaredRank[$0] } }

    // MARK: Adding to the graph

    /// Adds a node whose results are those of the file's node.
    func finish(_ op: any Operator, _ inputs: [ValueID?]? = nil) throws {
        let ids = try outputs.map { try builder.define($0, in: scope) }
        let trimmed = trim(inputs ?? self.inputs)
        builder.graph.nodes.append(Node(op, inputs: trimmed, outputs: ids, origin: origin))
    }

    /// Gives output `index` of the file the value `id`.
    func finish(output index: Int, as op: any Operator, _ inputs: [ValueID?]) throws {
        guard index < outputs.count, !outputs[index].isEmpty else { return }
        let id = try builder.define(outputs[index], in: scope)
        builder.graph.nodes.append(Node(op, inputs: trim(inputs), outputs: [id], origin: origin))
    }

    /// Gives the file's only output a value that is known now.
    func finish(constant tensor: Tensor) throws {
        let id = try builder.define(outputs[0], in: scope)
        builder.graph[id] = Value(name: outputs[0], type: tensor.type, constant: tensor)
        builder.declaredRank[id] = tensor.shape.rank
    }

    /// Adds a node with one result that only this translation uses.
    func intermediate(_ op: any Operator, _ inputs: [ValueID?]) -> ValueID {
        let value = Value(name: "\(outputs.first ?? "")/\(op.name)\(builder.graph.nodes.count)")
        return builder.graph.append(op, trim(inputs), outputs: [value], origin: origin)[0]
    }

    /// Several results of one node that only this translation uses.
    func intermediates(_ op: any Operator, _ inputs: [ValueID?], count: Int) -> [ValueID] {
        let name = "\(outputs.first ?? "")/\(op.name)\(builder.graph.nodes.count)"
        return builder.graph.append(
            op, trim(inputs), outputs: (0..<count).map { Value(name: "\(name).\($0)") }, origin: origin)
    }

    func add(constant tensor: Tensor) -> ValueID {
        builder.graph.add(constant: tensor, name: "\(outputs.first ?? "")/constant\(builder.graph.values.count)")
    }

    /// A list of int64.
    func add(integers: [Int]) throws -> ValueID {
        add(constant: try Tensor(.int64, [integers.count], integers.map(Int64.init)))
    }

    func add(scalar: Float) throws -> ValueID { add(constant: try Tensor(.float32, .scalar, [scalar])) }

    /// A number of the same element type as `id`.
    func add(scalar: Float, like id: ValueID) throws -> ValueID {
        intermediate(CastLike(), [try add(scalar: scalar), id])
    }

    private func trim(_ inputs: [ValueID?]) -> [ValueID?] {
        var inputs = inputs
        while let last = inputs.last, last == nil { inputs.removeLast() }
        return inputs
    }
}

/// How one ONNX operator becomes operators of the graph.
typealias Rule = @Sendable (NodeTranslation) throws -> Void
