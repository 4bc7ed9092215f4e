// Protobuf fields to ONNX's messages.

/// Reads the messages of one file. Fields that do not matter for running a model are skipped.
struct MessageReader {
    let source: WireSource

    init(bytes: UnsafeRawBufferPointer) { source = WireSource(bytes: bytes) }

    func model() throws -> ModelMessage {
        var model = ModelMessage()
        var reader = try WireReader(source.bytes, range: 0..<source.bytes.count)
        while let field = try reader.next() {
            switch field.number {
            case 1: model.irVersion = try source.integer(field)
            case 7:
                guard model.graph == nil else { throw ONNXError(offset: field.offset, "the model has two graphs") }
                model.graph = try graph(source.reader(field, in: reader))
            case 8: try opset(source.reader(field, in: reader), into: &model.opsets)
            case 25: model.functions.append(try function(source.reader(field, in: reader)))
            default: break
            }
        }
        return model
    }

    private func opset(_ reader: WireReader, into opsets: inout [String: Int]) throws {
        var reader = reader
        var domain = ""
        var version = 0
        while let field = try reader.next() {
            switch field.number {
            case 1: domain = try source.string(field)
            case 2: version = try source.integer(field)
            default: break
            }
        }
        opsets[domain == "ai.onnx" ? "" : domain] = version
    }

    private func graph(_ reader: WireReader) throws -> GraphMessage {
        var reader = reader
        var graph = GraphMessage()
        while let field = try reader.next() {
            switch field.number {
            case 1: graph.nodes.append(try node(source.reader(field, in: reader), offset: field.offset))
            case 2: graph.name = try source.string(field)
            case 5: graph.initializers.append(try tensor(source.reader(field, in: reader), offset: field.offset))
            case 11: graph.inputs.append(try valueInfo(source.reader(field, in: reader)))
            case 12: graph.outputs.append(try valueInfo(source.reader(field, in: reader)))
            case 15: graph.sparseInitializerCount += 1
            default: break
            }
        }
        return graph
    }

    private func node(_ reader: WireReader, offset: Int) throws -> NodeMessage {
        var reader = reader
        var node = NodeMessage()
        node.offset = offset
        while let field = try reader.next() {
            switch field.number {
            case 1: node.inputs.append(try source.string(field))
            case 2: node.outputs.append(try source.string(field))
            case 3: node.name = try source.string(field)
            case 4: node.type = try source.string(field)
            case 5: node.attributes.append(try attribute(source.reader(field, in: reader)))
            case 7: node.domain = try source.string(field)
            default: break
            }
        }
        if node.domain == "ai.onnx" { node.domain = "" }
        guard !node.type.isEmpty else { throw ONNXError(offset: offset, "a node names no operator") }
        return node
    }

    private func attribute(_ reader: WireReader) throws -> AttributeMessage {
        var reader = reader
        var attribute = AttributeMessage()
        while let field = try reader.next() {
            switch field.number {
            case 1: attribute.name = try source.string(field)
            case 2: attribute.float = try source.float(field)
            case 3: attribute.integer = try source.integer(field)
            case 4: attribute.string = try source.string(field)
            case 5: attribute.tensor = try tensor(source.reader(field, in: reader), offset: field.offset)
            case 6, 11: attribute.graphs.append(try graph(source.reader(field, in: reader)))
            case 7: try source.append(field, to: &attribute.floats)
            case 8: try source.append(field, to: &attribute.integers)
            case 9: attribute.strings.append(try source.string(field))
            case 10, 14, 15, 22, 23: attribute.hasOther = true
            case 20: attribute.kind = try source.integer(field)
            case 21: attribute.reference = try source.string(field)
            default: break
            }
        }
        return attribute
    }

    /// A tensor without its data, which stay in the file.
    func tensor(_ reader: WireReader, offset: Int) throws -> TensorMessage {
        var reader = reader
        var tensor = TensorMessage()
        tensor.offset = offset
        while let field = try reader.next() {
            switch field.number {
            case 1: try source.append(field, to: &tensor.dimensions)
            case 2: tensor.dataType = try source.integer(field)
            case 3: tensor.isSegmented = true
            case 4, 5, 7, 10, 11: tensor.typed.append(field)
            case 6: tensor.stringCount += 1
            case 8: tensor.name = try source.string(field)
            case 9: tensor.raw = try source.range(field)
            case 13:
                let (key, value) = try entry(source.reader(field, in: reader))
                tensor.external[key] = value
            case 14: tensor.isExternal = try source.integer(field) == 1
            default: break
            }
        }
        return tensor
    }

    private func entry(_ reader: WireReader) throws -> (key: String, value: String) {
        var reader = reader
        var (key, value) = ("", "")
        while let field = try reader.next() {
            switch field.number {
            case 1: key = try source.string(field)
            case 2: value = try source.string(field)
            default: break
            }
        }
        return (key, value)
    }

    private func valueInfo(_ reader: WireReader) throws -> ValueInfoMessage {
        var reader = reader
        var info = ValueInfoMessage()
        while let field = try reader.next() {
            switch field.number {
            case 1: info.name = try source.string(field)
            case 2: try type(source.reader(field, in: reader), into: &info)
            default: break
            }
        }
        return info
    }

    private func type(_ reader: WireReader, into info: inout ValueInfoMessage) throws {
        var reader = reader
        while let field = try reader.next() {
            switch field.number {
            case 1:
                var tensor = try source.reader(field, in: reader)
                while let field = try tensor.next() {
                    switch field.number {
                    case 1: info.elementType = try source.integer(field)
                    case 2: info.dimensions = try shape(source.reader(field, in: tensor))
                    default: break
                    }
                }
            case 4: info.otherKind = "a sequence"
            case 5: info.otherKind = "a map"
            case 7: info.otherKind = "opaque"
            case 8: info.otherKind = "a sparse tensor"
            case 9: info.otherKind = "an optional"
            default: break
            }
        }
    }

    private func shape(_ reader: WireReader) throws -> [ValueInfoMessage.Dimension] {
        var reader = reader
        var dimensions: [ValueInfoMessage.Dimension] = []
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            var dimension = ValueInfoMessage.Dimension.unknown
            var parts = try source.reader(field, in: reader)
            while let part = try parts.next() {
                switch part.number {
                case 1:
                    let size = try source.integer(part)
                    dimension = size < 0 ? .unknown : .size(size)
                case 2:
                    let name = try source.string(part)
                    dimension = name.isEmpty ? .unknown : .name(name)
                default: break
                }
            }
            dimensions.append(dimension)
        }
        return dimensions
    }

    private func function(_ reader: WireReader) throws -> FunctionMessage {
        var reader = reader
        var function = FunctionMessage()
        while let field = try reader.next() {
            switch field.number {
            case 1: function.name = try source.string(field)
            case 4: function.inputs.append(try source.string(field))
            case 5: function.outputs.append(try source.string(field))
            case 6: function.attributeNames.append(try source.string(field))
            case 7: function.nodes.append(try node(source.reader(field, in: reader), offset: field.offset))
            case 9: try opset(source.reader(field, in: reader), into: &function.opsets)
            case 10: function.domain = try source.string(field)
            case 11: function.attributeDefaults.append(try attribute(source.reader(field, in: reader)))
            case 13: function.overload = try source.string(field)
            default: break
            }
        }
        if function.domain == "ai.onnx" { function.domain = "" }
        return function
    }
}
