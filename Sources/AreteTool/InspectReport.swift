// What `arete inspect` prints.
import Arete
import Engine
import Graphs
import JSON

struct InspectReport {
    let model: Model
    /// `nil` for the stage `read`.
    let executable: Executable?
    let stage: InspectCommand.Stage?

    private var graph: Graph { stage == .read ? model.graph : executable?.sourceGraph ?? model.graph }

    /// How often each operator occurs, in the file's own vocabulary; nodes made of one operator of the file count once.
    private var operatorCounts: [(name: String, count: Int)] {
        var seen: Set<Int> = []
        var counts: [String: Int] = [:]
        for node in model.graph.nodes where seen.insert(node.origin.index).inserted {
            counts[node.origin.operatorName, default: 0] += 1
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    // MARK: JSON

    var json: JSONValue {
        var members: [JSONMember] = [
            .init("model", JSONValue(model.path)),
            .init("inputs", JSONValue(model.graph.inputs.map { describe($0.value, dimensions: $0.dimensions) })),
            .init("outputs", JSONValue(model.graph.outputs.map { describe($0, dimensions: nil) })),
            .init("operators", JSONValue(.object(operatorCounts.map { .init($0.name, JSONValue($0.count)) }))),
            .init("macs", executable.map { JSONValue($0.multiplyAccumulates) } ?? nil),
            .init("weight_bytes", JSONValue(weightBytes)),
            .init("arena_bytes", executable.map { JSONValue($0.program.plan.arenaBytes) } ?? nil),
            .init("arena_lower_bound_bytes", executable.map { JSONValue($0.program.plan.lowerBound) } ?? nil),
        ]
        switch stage {
        case .read: members.append(.init("nodes", JSONValue(model.graph.nodes.map { node($0, in: model.graph) })))
        case .folded:
            if let graph = executable?.graph {
                members.append(.init("nodes", JSONValue(graph.nodes.map { node($0, in: graph) })))
            }
        case .lowered:
            if let program = executable?.program {
                members.append(.init("fused", fused(executable?.fusions ?? [])))
                members.append(.init("steps", JSONValue(program.steps.indices.map { step($0, of: program) })))
                members.append(
                    .init(
                        "arena",
                        JSONValue(
                            program.arenaMap.map { entry in
                                [
                                    "buffer": JSONValue(entry.buffer), "bytes": JSONValue(entry.bytes),
                                    "offset": JSONValue(entry.offset),
                                    "first_step": JSONValue(entry.firstStep), "last_step": JSONValue(entry.lastStep),
                                ]
                            })))
            }
        case nil: break
        }
        return JSONValue(.object(members))
    }

    private func fused(_ fusions: [Executable.Fusion]) -> JSONValue {
        JSONValue(
            fusions.map { fusion in
                var into: JSONValue = nil
                if case .into(let origin) = fusion.fate { into = JSONValue(origin.index) }
                return [
                    "index": JSONValue(fusion.origin.index), "operator": JSONValue(fusion.origin.operatorName),
                    "into": into,
                ]
            })
    }

    private func line(_ fusion: Executable.Fusion) -> String {
        switch fusion.fate {
        case .into(let origin): "  \(fusion.origin) is computed in the step of \(origin)"
        case .free: "  \(fusion.origin) costs nothing: a constant, or another view of its input"
        }
    }

    private var weightBytes: Int { model.graph.values.reduce(0) { $0 + ($1.constant?.byteCount ?? 0) } }

    private func describe(_ id: ValueID, dimensions: [Input.Dimension]?) -> JSONValue {
        let value = graph[id]
        let shape: JSONValue
        if let known = value.shape {
            shape = JSONValue(known.dimensions.map { JSONValue($0) })
        } else if let dimensions {
            shape = JSONValue(
                dimensions.map { dimension in
                    switch dimension {
                    case .fixed(let size): JSONValue(size)
                    case .symbolic(let name): name.isEmpty ? nil : JSONValue(name)
                    }
                })
        } else {
            shape = (executable?.graph[id].shape).map { JSONValue($0.dimensions.map { JSONValue($0) }) } ?? nil
        }
        let element = value.element ?? executable?.graph[id].element
        return [
            "name": JSONValue(value.name), "dtype": element.map { JSONValue("\($0)") } ?? nil, "shape": shape,
            "quantization": quantization(value.quantization ?? executable?.graph[id].quantization),
        ]
    }

    private func quantization(_ quantization: Quantization?) -> JSONValue {
        guard let quantization else { return nil }
        return [
            "scale": quantization.isPerTensor
                ? JSONValue(quantization.scale) : JSONValue(quantization.scales.map { JSONValue($0) }),
            "zero_point": quantization.isPerTensor
                ? JSONValue(Int(quantization.zeroPoint))
                : JSONValue(quantization.zeroPoints.map { JSONValue(Int($0)) }),
            "axis": quantization.axis.map { JSONValue($0) } ?? nil,
        ]
    }

    private func node(_ node: Node, in graph: Graph) -> JSONValue {
        [
            "index": JSONValue(node.origin.index), "operator": JSONValue(node.op.name),
            "file_operator": JSONValue(node.origin.operatorName),
            "name": JSONValue(node.origin.nodeName),
            "attributes": JSONValue(
                .object(Mirror(reflecting: node.op).children.map { .init($0.label ?? "", JSONValue("\($0.value)")) })),
            "inputs": JSONValue(node.inputs.map { id in id.map { JSONValue(label($0, in: graph)) } ?? nil }),
            "outputs": JSONValue(node.outputs.map { JSONValue(label($0, in: graph)) }),
        ]
    }

    private func step(_ index: Int, of program: Program) -> JSONValue {
        let step = program.steps[index]
        return [
            "kind": JSONValue(step.kind), "operator": JSONValue(step.origin.operatorName),
            "index": JSONValue(step.origin.index),
            "macs": JSONValue(step.multiplyAccumulates), "bytes": JSONValue(program.bytesTouched(byStep: index)),
        ]
    }

    // MARK: Text

    var text: String {
        var lines = [model.path]
        for input in model.graph.inputs { lines.append("  input   " + summary(input.value)) }
        for output in model.graph.outputs { lines.append("  output  " + summary(output)) }
        if let executable {
            let plan = executable.program.plan
            lines.append(
                "  \(executable.multiplyAccumulates) multiply-accumulates, \(weightBytes) bytes of constants in the file"
            )
            lines.append(
                "  arena of \(plan.arenaBytes) bytes (at least \(plan.lowerBound) are needed at once), \(executable.program.steps.count) steps"
            )
            if executable.hasShapesThatDependOnValues {
                lines.append("  some shapes depend on values: that part is prepared while the model runs")
            }
        }
        lines.append("  operators: " + operatorCounts.map { "\($0.count) \($0.name)" }.joined(separator: ", "))
        switch stage {
        case .read: lines += model.graph.nodes.map { line($0, in: model.graph) }
        case .folded: lines += executable.map { made in made.graph.nodes.map { line($0, in: made.graph) } } ?? []
        case .lowered:
            if let program = executable?.program {
                lines += executable?.fusions.map(line) ?? []
                for (index, step) in program.steps.enumerated() {
                    lines.append("  step \(index): \(step.kind)  <- \(step.origin)")
                }
                for entry in program.arenaMap {
                    lines.append(
                        "  arena \(entry.offset)..<\(entry.offset + entry.bytes): buffer \(entry.buffer), steps \(entry.firstStep)-\(entry.lastStep)"
                    )
                }
            }
        case nil: break
        }
        return lines.joined(separator: "\n")
    }

    private func summary(_ id: ValueID) -> String {
        let value = executable?.graph[id] ?? graph[id]
        let quantization = value.quantization.map { ", \($0)" } ?? ""
        return
            "\(value.name): \(value.element.map { "\($0)" } ?? "?") \(value.shape.map { "\($0)" } ?? "(open shape)")\(quantization)"
    }

    private func label(_ id: ValueID, in graph: Graph) -> String {
        let value = graph[id]
        return "\(value.name.isEmpty ? "%\(id.index)" : value.name)" + (value.type.map { ":\($0)" } ?? "")
    }

    private func line(_ node: Node, in graph: Graph) -> String {
        let attributes = Mirror(reflecting: node.op).children.map { "\($0.label ?? "")=\($0.value)" }.joined(
            separator: " ")
        let inputs = node.inputs.map { $0.map { label($0, in: graph) } ?? "-" }.joined(separator: ", ")
        let outputs = node.outputs.map { label($0, in: graph) }.joined(separator: ", ")
        return "  \(node.origin.index) \(node.op.name) [\(attributes)] (\(inputs)) -> \(outputs)"
    }
}
