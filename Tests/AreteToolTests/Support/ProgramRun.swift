// The program under test, as a shell runs it.
import Foundation

/// What became of a line of a shell in which `$arete` is the program.
struct ProgramRun {
    let status: Int32
    let output: String
    let error: String

    init(_ line: String, in folder: URL) throws {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.environment = [
            "arete": tests.deletingLastPathComponent().appendingPathComponent("arete").path, "PATH": "/usr/bin:/bin",
        ]
        process.currentDirectoryURL = folder
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let texts = [output, error].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        (status, self.output, self.error) = (process.terminationStatus, texts[0], texts[1])
    }
}
