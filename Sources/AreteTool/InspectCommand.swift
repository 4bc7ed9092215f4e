// arete inspect: what a model file holds and what is made of it.
import Arete
import Engine
import Graphs
import JSON

enum InspectCommand: Command {
    static let form = CommandForm(
        name: "inspect", summary: "Shows what a model file holds and what is made of it", positionals: "MODEL",
        positionalCount: 1...1,
        options: [
            .init(
                name: "--stage", value: "read|folded|lowered",
                help: "the graph as read, after all passes, or as steps over memory"),
            ModelOptions.json,
        ] + ModelOptions.running)

    enum Stage: String, CaseIterable { case read, folded, lowered }

    static func run(_ arguments: ParsedArguments) throws {
        let stage = try arguments.last("--stage").map { text in
            guard let stage = Stage(rawValue: text) else {
                throw UsageError("--stage must be read, folded or lowered, not '\(text)'")
            }
            return stage
        }
        let options = try ModelOptions.options(arguments)
        let model = try Model(path: arguments.positionals[0])
        let shapes = try ModelOptions.shapes(arguments)
        let executable: Executable?
        if stage == .read {
            executable = nil
        } else {
            executable = try model.executable(options: options, shapes: shapes)
        }
        let report = InspectReport(model: model, executable: executable, stage: stage)
        try Output.print(arguments.has("--json") ? report.json.text : report.text)
    }
}
