// The command line: chooses the subcommand, turns errors into one line and an exit status.
import Glibc

@main
enum AreteTool {
    static let version = "0.1.0"
    static var commands: [any Command.Type] {
        [
            InferCommand.self, InspectCommand.self, BenchCommand.self, DetectCommand.self, ClassifyCommand.self,
            ConvertCommand.self, EvalCommand.self, QuantizeCommand.self, ModelsCommand.self, TrackCommand.self,
            CamerasCommand.self, RecordCommand.self, CalibrateCommand.self, RunCommand.self, LinkCommand.self,
            StationCommand.self,
        ]
    }

    static func main() {
        Output.holdStreams()
        // A reader that went away and a limit on file sizes are errors of writing, told as such.
        for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            try run(words)
        } catch let error as UsageError {
            Output.error("arete: \(error.reason)")
            exit(2)
        } catch is AlreadyReported {
            exit(1)
        } catch {
            Output.error("arete: \(error)")
            exit(1)
        }
    }

    private static func run(_ words: [String]) throws {
        guard let name = words.first else { throw UsageError("no subcommand given; see 'arete --help'") }
        switch name {
        case "--help", "-h", "help": try Output.print(help)
        case "--version": try Output.print("arete \(version)")
        default:
            guard let command = commands.first(where: { $0.form.name == name }) else {
                throw UsageError("there is no subcommand '\(name)'; see 'arete --help'")
            }
            let rest = Array(words.dropFirst())
            if rest.contains("--help") || rest.contains("-h") { return try Output.print(command.form.help) }
            try command.run(try ParsedArguments(rest, form: command.form))
        }
    }

    private static var help: String {
        let width = commands.map { $0.form.name.count }.max() ?? 0
        let list = commands.map { command in
            "  " + command.form.name + String(repeating: " ", count: width + 3 - command.form.name.count)
                + command.form.summary
        }
        return """
            arete runs quantized neural networks from TFLite and ONNX files.

            Usage: arete SUBCOMMAND ...

            \(list.joined(separator: "\n"))

            'arete SUBCOMMAND --help' tells the options of each.
            Environment: ARETE_THREADS (as --threads), ARETE_ISA (as --isa), ARETE_SPIN
            (microseconds that idle threads wait actively before they sleep).
            """
    }
}

/// One subcommand.
protocol Command {
    static var form: CommandForm { get }
    /// Does the work. Throws `UsageError` for wrong usage, any other error for a failure.
    static func run(_ arguments: ParsedArguments) throws
}

/// Wrong usage of the command line: exit status 2.
struct UsageError: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// A failure whose message has been printed already: exit status 1.
struct AlreadyReported: Error {}
