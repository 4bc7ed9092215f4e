// Other people's programs in Python, which tests talk with.
import Foundation

/// Programs in the environment that `make peers` makes.
public enum PeerProgram {
    private static var python: URL { PeerFiles.environment.appendingPathComponent("bin/python") }

    /// Whether a package is there. Tests that need it skip otherwise, and say: make peers
    public static func has(_ package: String) -> Bool {
        guard PeerFiles.python != nil else { return false }
        let folder = PeerFiles.environment.appendingPathComponent("lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return versions.contains { version in
            let place = folder.appendingPathComponent("\(version)/site-packages/\(package)")
            return FileManager.default.fileExists(atPath: place.path)
        }
    }

    /// A script that lies beside the test, not started yet.
    public static func process(script: String, beside test: String = #filePath, _ arguments: [String] = []) -> Process {
        let process = Process()
        process.executableURL = python
        let folder = URL(fileURLWithPath: test).resolvingSymlinksInPath().deletingLastPathComponent()
        process.arguments = [folder.appendingPathComponent(script).path] + arguments
        return process
    }

    /// A program of the environment, not started yet.
    public static func process(tool: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = python
        process.arguments = [PeerFiles.environment.appendingPathComponent("bin/\(tool)").path] + arguments
        return process
    }

    /// What a script writes when it reads `input` to its end.
    ///
    /// - Throws: what it wrote to the standard error where it failed.
    public static func output(
        script: String, beside test: String = #filePath, _ arguments: [String] = [], input: String
    ) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files do not fill up as pipes do while both sides write.
        let names = ["in", "out", "error"].map { folder.appendingPathComponent($0) }
        try input.write(to: names[0], atomically: false, encoding: .utf8)
        for name in names[1...] { try Data().write(to: name) }
        let process = process(script: script, beside: test, arguments)
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PeerFailure(description: try String(contentsOf: names[2], encoding: .utf8))
        }
        return try String(contentsOf: names[1], encoding: .utf8)
    }
}

/// What a peer said when it failed.
public struct PeerFailure: Error, CustomStringConvertible {
    public let description: String
}
