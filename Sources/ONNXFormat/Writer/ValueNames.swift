// A name of its own for each value: files know values by name, graphs do not.
import Graphs

struct ValueNames {
    private var names: [String]
    private var unique = UniqueNames()

    /// Inputs and outputs of the graph keep their names, others do where nobody before them has it. Complexity: O(values).
    init(_ graph: Graph) {
        names = [String](repeating: "", count: graph.values.count)
        let interface = graph.inputs.map(\.value) + graph.outputs
        // Of the others only those that somebody reads or makes.
        let operands = graph.nodes.flatMap { $0.inputs.compactMap { $0 } + $0.outputs }
        for id in interface + operands where names[id.index].isEmpty {
            let name = graph[id].name
            names[id.index] = unique.claim(name.isEmpty ? "value\(id.index)" : name)
        }
    }

    subscript(id: ValueID) -> String { names[id.index] }

    /// `name`, or with a number behind it where it is taken.
    mutating func fresh(_ name: String) -> String { unique.claim(name) }
}
