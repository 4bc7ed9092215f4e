// Runs a sketched graph in all the ways that must give the same bits.
import Testing

@testable import Engine

extension GraphSketch {
    /// The kinds of the steps with the first of `sets`, once the outputs were found the same with 1 to 3 threads, with
    /// nothing fused, and with each of the sets.
    func runAlike(on sets: [InstructionSet] = [.best]) throws -> [String] {
        var results: [[[UInt8]]] = []
        var kinds: [String] = []
        let ways = sets.flatMap { set in [(1, false), (2, false), (3, false), (1, true)].map { (set, $0.0, $0.1) } }
        for (set, threads, isPlain) in ways {
            let executable = try Executable(
                graph, options: Options(threads: threads, instructionSet: set, keepsEveryValue: isPlain))
            let session = try Session(executable, worthSharing: 0)
            for input in graph.inputs.indices {
                session.withInput(input) { bytes in
                    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: (index + input) &* 73 ^ 21) }
                }
            }
            // Twice: what the first run left in shared memory must not matter.
            try session.run()
            try session.run()
            results.append(try (0..<session.outputCount).map { try session.output($0).withUnsafeBytes(Array.init) })
            if threads == 1, !isPlain, set == sets.first { kinds = executable.program.steps.map(\.kind) }
        }
        for other in results.dropFirst() { #expect(results[0] == other) }
        #expect(results[0].contains { Set($0).count > 2 })
        return kinds
    }
}
