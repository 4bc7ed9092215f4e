// Other people's programs, run by a test.
import Foundation
import Synchronization

/// A program that runs until it is killed or this is let go, with what it has printed so far.
public final class PeerProcess: Sendable {
    private let process = Process()
    private let printed = Mutex<[UInt8]>([])
    private let input: FileHandle

    /// Where `name` is among the system's programs; `nil` where it is not installed.
    public static func path(of name: String) -> String? {
        ["/usr/sbin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + name }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    public init(_ path: String, _ arguments: [String], in folder: URL? = nil, environment: [String: String]? = nil)
        throws
    {
        let (output, stdin) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        if let environment { process.environment = environment }
        process.standardOutput = output
        process.standardError = output
        process.standardInput = stdin
        input = stdin.fileHandleForWriting
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let news = handle.availableData
            guard !news.isEmpty, let self else {
                handle.readabilityHandler = nil
                return
            }
            printed.withLock { $0 += news }
        }
        try process.run()
    }

    deinit { kill() }

    public var bytes: [UInt8] { printed.withLock { $0 } }
    public var text: String { String(decoding: bytes, as: UTF8.self) }
    public var lines: [String] { text.split(separator: "\n").map(String.init) }
    public var isRunning: Bool { process.isRunning }

    public func write(_ text: String) { try? input.write(contentsOf: Data(text.utf8)) }
    public func closeInput() { try? input.close() }

    /// At once, without a word to it; with all that it has started, where it leads a group of its own.
    public func kill() {
        guard process.isRunning else { return }
        Foundation.kill(-process.processIdentifier, SIGKILL)
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    public func signal(_ number: Int32) {
        if process.isRunning { Foundation.kill(process.processIdentifier, number) }
    }

    public func terminate() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    public func status() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Whether it has printed `word` within `seconds`.
    public func prints(_ word: String, within seconds: Double = 20) -> Bool {
        waits(seconds) { text.contains(word) }
    }

    /// What a program prints until it ends, and its status.
    public static func run(_ path: String, _ arguments: [String], in folder: URL? = nil) throws -> (Int32, String) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}

/// Asks again and again. Returns whether the answer was yes within `seconds`.
public func waits(_ seconds: Double, until isDone: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while !isDone() {
        guard Date() < end else { return false }
        usleep(5000)
    }
    return true
}

/// What another program said when it did not do as a test needs.
public struct PeerError: Error {
    public let text: String
    public init(text: String) { self.text = text }
}
