// One node of the graph on its way into the file.
import Graphs
import Tensors

/// What an operator's rule sees of a node, and how it adds to the file; the twin of `NodeTranslation`.
struct NodeWriting {
    let writer: GraphWriter
    let node: Node

    /// The version of ONNX's own operator set that the file will name.
    var version: Int { writer.version }

    /// Asks for a later version; what is written meanwhile is thrown away and written again.
    func require(_ version: Int) { writer.require(version) }

    // MARK: Looking at inputs

    func has(_ index: Int) -> Bool { index < node.inputs.count && node.inputs[index] != nil }

    /// The name of input `index`; empty where it is left out.
    func input(_ index: Int) -> String {
        guard index < node.inputs.count, let id = node.inputs[index] else { return "" }
        return writer.name(id)
    }

    /// The names of the first `count` inputs.
    func inputs(_ count: Int) -> [String] { (0..<count).map(input) }

    var inputs: [String] { inputs(node.inputs.count) }

    /// The value of input `index` where it is known.
    func constant(_ index: Int) -> Tensor? {
        index < node.inputs.count ? node.inputs[index].flatMap { writer.graph[$0].constant } : nil
    }

    /// The whole numbers that input `index` is known to hold.
    func integers(_ index: Int) -> [Int]? { constant(index)?.integers.map(Int.init) }

    func shape(_ index: Int) -> Shape? {
        index < node.inputs.count ? node.inputs[index].flatMap { writer.graph[$0].shape } : nil
    }

    /// The element type of input `index`, as far as it follows from the graph.
    func element(_ index: Int) -> ElementType? {
        index < node.inputs.count ? node.inputs[index].flatMap { writer.elements[$0] } : nil
    }

    /// The node that makes input `index`.
    func producer(_ index: Int) -> Node? { node.inputs[index].flatMap(writer.producer) }

    /// Input `index` as int64, which the standard wants of sizes and axes.
    func int64(_ index: Int) throws -> String {
        guard has(index), let element = element(index), element != .int64 else { return input(index) }
        if let values = integers(index), let shape = shape(index) {
            return initializer(try Tensor(.int64, shape, values.map(Int64.init)))
        }
        return cast(input(index), to: .int64)
    }

    // MARK: Adding to the file

    /// Adds a node that gives the results of the graph's node.
    func finish(
        _ type: String, _ inputs: [String]? = nil, _ attributes: [WrittenAttribute] = [], domain: String = ""
    ) {
        let outputs = node.outputs.map(writer.name)
        add(type, inputs ?? self.inputs, outputs: outputs, attributes, domain)
    }

    /// Adds a node that gives result `index` of the graph's node.
    func finish(output index: Int, _ type: String, _ inputs: [String], _ attributes: [WrittenAttribute] = []) {
        add(type, inputs, outputs: [writer.name(node.outputs[index])], attributes, "")
    }

    /// Adds a node with one result that only this rule uses; returns its name.
    func intermediate(_ type: String, _ inputs: [String], _ attributes: [WrittenAttribute] = []) -> String {
        let name = fresh(type)
        add(type, inputs, outputs: [name], attributes, "")
        return name
    }

    /// As `intermediate`, for a node of several results.
    func intermediates(
        _ type: String, _ inputs: [String], _ attributes: [WrittenAttribute], count: Int
    ) -> [String] {
        let names = (0..<count).map { _ in fresh(type) }
        add(type, inputs, outputs: names, attributes, "")
        return names
    }

    func cast(_ name: String, to element: ElementType) -> String {
        intermediate("Cast", [name], [.integer("to", DataType.number(element))])
    }

    /// A tensor of its own in the file.
    func initializer(_ tensor: Tensor) -> String {
        let name = fresh("constant")
        writer.add(initializer: tensor, name: name)
        return name
    }

    /// A list of int64.
    func initializer(integers: [Int]) throws -> String {
        initializer(try Tensor(.int64, [integers.count], integers.map(Int64.init)))
    }

    /// A scalar of the element type of input 0, float32 where that is not known.
    func scalar(_ value: Double) throws -> String {
        guard let tensor = Tensor(scalar: value, element(0) ?? .float32) else {
            throw ONNXError("\(value) is no \(element(0) ?? .float32)")
        }
        return initializer(tensor)
    }

    private func fresh(_ part: String) -> String {
        writer.freshName("\(node.outputs.first.map(writer.name) ?? node.op.name)/\(part)")
    }

    private func add(
        _ type: String, _ inputs: [String], outputs: [String], _ attributes: [WrittenAttribute], _ domain: String
    ) {
        var inputs = inputs
        while inputs.last == "" { inputs.removeLast() }
        writer.add(
            WrittenNode(
                type: type, domain: domain, name: node.origin.nodeName, inputs: inputs, outputs: outputs,
                attributes: attributes))
    }
}

/// How one operator of the graph becomes nodes of the file.
typealias WritingRule = (NodeWriting) throws -> Void

extension Tensor {
    /// One number; `nil` where `element` cannot hold it.
    init?(scalar value: Double, _ element: ElementType) {
        let tensor: Tensor?
        switch element {
        case .float32: tensor = try? Tensor(.float32, .scalar, [Float(value)])
        case .float64: tensor = try? Tensor(.float64, .scalar, [value])
        case .float16: tensor = Float(value).float16Bits.flatMap { try? Tensor(.float16, .scalar, [$0]) }
        case .bfloat16: tensor = try? Tensor(.bfloat16, .scalar, [UInt16(Float(value).bitPattern >> 16)])
        case .bool: tensor = try? Tensor(.bool, .scalar, [UInt8(value == 0 ? 0 : 1)])
        case .uint64: tensor = UInt64(exactly: value).flatMap { try? Tensor(.uint64, .scalar, [$0]) }
        default:
            guard let range = element.integerRange, let integer = Int64(exactly: value), range.contains(integer) else {
                return nil
            }
            tensor = try? Tensor(TensorType(element, .scalar)) { target in
                Swift.withUnsafeBytes(of: integer.littleEndian) {
                    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0.prefix(target.count)))
                }
            }
        }
        guard let tensor else { return nil }
        self = tensor
    }
}

extension Float {
    /// The half-precision number of exactly this value; `nil` where there is none.
    fileprivate var float16Bits: UInt16? {
        let sign: UInt16 = self.sign == .minus ? 0x8000 : 0
        if isInfinite { return sign | 0x7c00 }
        let exponent = magnitude == 0 ? -15 : max(Int(self.exponent), -15)
        guard !isNaN, exponent < 16 else { return nil }
        // Numbers below 2^-14 are steps of 2^-24, without the leading one that the others imply.
        let steps = magnitude / Float(sign: .plus, exponent: max(exponent, -14) - 10, significand: 1)
        guard steps == steps.rounded() else { return nil }
        return sign | (exponent < -14 ? UInt16(steps) : UInt16((exponent + 15) << 10) + UInt16(steps) - 1024)
    }
}
