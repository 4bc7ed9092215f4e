// A real PostgreSQL server on this machine, for one test.
import Foundation

/// Listens at a port of this machine and at a socket in its folder, trusts everybody there, and is gone with its data when this is let go. Servers refuse to run as root: then they run as the user of
/// Debian's package.
public final class PostgresServer {
    public let port: Int
    private let folder: URL
    private var process: PeerProcess?

    private static let programs: URL? = {
        let base = URL(fileURLWithPath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
        let newest = versions.compactMap(Int.init).max()
        return newest.map { base.appendingPathComponent("\($0)/bin") }
    }()

    public static let isThere =
        programs.map {
            FileManager.default.isExecutableFile(atPath: $0.appendingPathComponent("initdb").path)
        } ?? false

    public init() throws {
        port = try Listener.freePort()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("pg-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if getuid() == 0 { _ = try PeerProcess.run("/usr/bin/chown", ["postgres", folder.path]) }
        let (status, told) = try Self.run(
            "initdb", ["-D", data, "-U", "arete", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"])
        guard status == 0 else { throw PeerError(text: told) }
        try start()
        _ = try Self.run("createdb", ["-h", folder.path, "-p", "\(port)", "-U", "arete", "arete"])
    }

    private var data: String { folder.appendingPathComponent("data").path }

    /// `postgres://...` of its database.
    public var place: String { "postgres://arete@127.0.0.1:\(port)/arete" }

    private static func words(_ program: String, _ arguments: [String]) -> (path: String, arguments: [String]) {
        let path = (programs ?? URL(fileURLWithPath: "/")).appendingPathComponent(program).path
        return getuid() == 0
            ? ("/usr/sbin/runuser", ["-u", "postgres", "--", path] + arguments) : (path, arguments)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (Int32, String) {
        let words = words(program, arguments)
        return try PeerProcess.run(words.path, words.arguments, in: URL(fileURLWithPath: "/"))
    }

    public func start() throws {
        let words = Self.words(
            "postgres", ["-D", data, "-p", "\(port)", "-k", folder.path, "-c", "listen_addresses=127.0.0.1"])
        process = try PeerProcess(words.path, words.arguments, in: URL(fileURLWithPath: "/"))
        let isReady = waits(20) {
            (try? Self.run("pg_isready", ["-h", "127.0.0.1", "-p", "\(port)"]).0) == 0
        }
        guard isReady else { throw PeerError(text: process?.text ?? "") }
    }

    private var pid: Int32? {
        (try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8))?
            .split(separator: "\n").first.flatMap { Int32($0) }
    }

    /// All its processes: its sockets stay open, and nobody answers.
    public func stop() { signal(SIGSTOP, "STOP") }

    /// After `stop`.
    public func goOn() {
        signal(SIGCONT, "CONT")
        // What started it stops with it.
        process?.signal(SIGCONT)
    }

    private func signal(_ number: Int32, _ name: String) {
        guard let pid else { return }
        Foundation.kill(pid, number)
        _ = try? PeerProcess.run("/usr/bin/pkill", ["-\(name)", "-P", "\(pid)"])
    }

    /// At once, as a power cut would, with all its processes.
    public func kill() {
        guard let pid else { return }
        Foundation.kill(pid, SIGKILL)
        _ = try? PeerProcess.run("/usr/bin/pkill", ["-KILL", "-P", "\(pid)"])
        _ = waits(5) { !(process?.isRunning ?? false) }
        // Others of its processes hold its memory for a moment.
        usleep(300_000)
    }

    /// Runs SQL, and returns what psql prints.
    public func ask(_ sql: String) throws -> String {
        try Self.run("psql", ["-h", "127.0.0.1", "-p", "\(port)", "-U", "arete", "-At", "-c", sql, "arete"]).1
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }
}
