// The options that all subcommands with a model share.
import Arete
import Glibc

enum ModelOptions {
    static let threads = CommandForm.Option(
        name: "--threads", value: "N", help: "threads that share one run (default 1)")
    static let isa = CommandForm.Option(
        name: "--isa", value: "NAME", help: "instruction set of the kernels (default: the best that the machine has)")
    static let exact = CommandForm.Option(
        name: "--exact", value: nil, help: "the format's reference arithmetic in place of the fast one")
    static let shape = CommandForm.Option(
        name: "--shape", value: "NAME=1,3,224,224", help: "shape of an input that the file leaves open (repeatable)")
    static let json = CommandForm.Option(name: "--json", value: nil, help: "print one JSON document")
    static let noCache = CommandForm.Option(
        name: "--no-cache", value: nil, help: "pack the weights anew, and keep nothing for the next run")
    /// Options of every subcommand that runs a model.
    static let running = [threads, isa, exact, shape, noCache]

    /// Engine options from the command line, then the environment.
    static func options(_ arguments: ParsedArguments, keepsEveryValue: Bool = false) throws -> Options {
        let threads = try arguments.integer("--threads", in: 1...256) ?? environment("ARETE_THREADS", in: 1...256)
        let spin = try environment("ARETE_SPIN", in: 0...1_000_000)
        var instructionSet = InstructionSet.best
        if let name = arguments.last("--isa") ?? getenv("ARETE_ISA").map({ String(cString: $0) }) {
            guard let chosen = InstructionSet(name) else {
                let names = InstructionSet.available.map(\.description).joined(separator: ", ")
                throw UsageError("instruction set '\(name)' is not one that runs here: \(names)")
            }
            instructionSet = chosen
        }
        var options = Options(
            arithmetic: arguments.has("--exact") ? .exact : .fast, threads: threads ?? 1,
            instructionSet: instructionSet, keepsEveryValue: keepsEveryValue)
        if !arguments.has("--no-cache") { options.weightCache = .ofUser }
        if let spin { options.spinMicroseconds = spin }
        return options
    }

    /// The whole number in environment variable `name`, if it is set.
    private static func environment(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = getenv(name).map({ String(cString: $0) }) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw UsageError(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return value
    }

    /// Shapes by input name from `--shape NAME=1,3,224,224`.
    static func shapes(_ arguments: ParsedArguments) throws -> [String: Shape] {
        var shapes: [String: Shape] = [:]
        for text in arguments.all("--shape") {
            let wrong = UsageError("--shape must look like NAME=1,3,224,224, not '\(text)'")
            guard let sign = text.lastIndex(of: "=") else { throw wrong }
            let sizes = text[text.index(after: sign)...].split(separator: ",", omittingEmptySubsequences: false).map {
                Int($0)
            }
            guard !sizes.contains(where: { $0 == nil || $0! < 0 }) else { throw wrong }
            shapes[String(text[..<sign])] = Shape(sizes.compactMap { $0 })
        }
        return shapes
    }
}
