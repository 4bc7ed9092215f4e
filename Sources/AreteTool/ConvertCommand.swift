// arete convert: a model in, the same model as ONNX out.
import Arete
import JSON
import Tensors

enum ConvertCommand: Command {
    static let form = CommandForm(
        name: "convert", summary: "Writes a TFLite or ONNX model as standard ONNX", positionals: "MODEL -o OUT.onnx",
        positionalCount: 1...1,
        options: [
            .init(name: "-o", value: "OUT.onnx", help: "the file to write; one that is there is replaced"),
            ModelOptions.shape,
            ModelOptions.json,
        ])

    static func run(_ arguments: ParsedArguments) throws {
        guard let output = arguments.last("-o") else { throw UsageError("-o is missing; see 'arete convert --help'") }
        let shapes = try ModelOptions.shapes(arguments)
        let model = try Model(path: arguments.positionals[0])
        try model.writeONNX(to: output, shapes: shapes, producerVersion: AreteTool.version)
        guard arguments.has("--json") else { return }
        let bytes = try MappedFile(path: output).bytes.count
        let report: JSONValue = [
            "model": JSONValue(model.path), "output": JSONValue(output), "bytes": JSONValue(bytes),
        ]
        try Output.print(report.text)
    }
}
