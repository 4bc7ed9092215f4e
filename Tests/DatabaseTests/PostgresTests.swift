// Tables in a server.
import Foundation
import Peers
import Synchronization
import Testing

@testable import Database

@Suite struct PostgresWordsTests {
    @Test("values have numbers, and columns the server's kinds")
    func words() {
        #expect(PostgresDatabase.numbered("INSERT INTO t VALUES (?, ?)") == "INSERT INTO t VALUES ($1, $2)")
        let schema = PostgresDatabase.translated("CREATE TABLE t (a INTEGER, b REAL, c BLOB, d TEXT) WITHOUT ROWID;")
        #expect(schema == "CREATE TABLE t (a BIGINT, b DOUBLE PRECISION, c BYTEA, d TEXT);")
    }
}

@Suite(.enabled(if: PostgresServer.isThere, "needs postgresql: scripts/setup.sh link"))
struct PostgresTests {
    private static let schema =
        "CREATE TABLE things (number INTEGER PRIMARY KEY, name TEXT, size REAL, content BLOB) WITHOUT ROWID;"

    private func open(_ place: String, version: Int = 1) throws -> PostgresDatabase {
        try PostgresDatabase(place: place, version: version, schema: Self.schema)
    }

    private func add(_ number: Int, to database: PostgresDatabase) throws(DatabaseError) {
        try database.run("INSERT INTO things (number) VALUES (?)", .integer(number))
    }

    private func numbers(_ database: PostgresDatabase) throws -> [Int] {
        try database.rows("SELECT number FROM things ORDER BY number") { $0.integer(0) }
    }

    @Test("values of every kind come back, changes are counted, and a transaction is all or nothing")
    func kinds() throws {
        let server = try PostgresServer()
        let database = try open(server.place)
        let values: [DatabaseValue] = [
            .integer(.max), .text("näh'--\u{1f3d4}\nx"), .real(-0.1), .bytes([0, 255, 0]),
        ]
        #expect(try database.change("INSERT INTO things VALUES (?, ?, ?, ?)", values) == 1)
        try database.run(
            "INSERT INTO things VALUES (?, ?, ?, ?)", .integer(.min), .text(""), .real(.infinity), .bytes([]))
        try database.run("INSERT INTO things VALUES (?, ?, ?, ?)", .integer(-3), .null, .null, .null)
        let rows = try database.rows("SELECT number, name, size, content FROM things ORDER BY number") { row in
            (row.integer(0), row.optionalText(1), row.optionalReal(2), row.bytes(3))
        }
        #expect(rows.map(\.0) == [.min, -3, .max])
        #expect(rows.map(\.1) == ["", nil, "näh'--\u{1f3d4}\nx"])
        #expect(rows.map(\.2) == [.infinity, nil, -0.1])
        #expect(rows.map(\.3) == [[], [], [0, 255, 0]])
        #expect(try database.change("UPDATE things SET name = 'x' WHERE number < ?", [.integer(0)]) == 2)
        let ignored = try database.change(
            "INSERT INTO things (number) VALUES (?) ON CONFLICT DO NOTHING", [.integer(-3)])
        #expect(ignored == 0)
        #expect(throws: DatabaseError.self) {
            try database.transaction { () throws(DatabaseError) in
                try database.run("DELETE FROM things")
                try database.run("INSERT INTO nowhere VALUES (1)")
            }
        }
        #expect(try numbers(database).count == 3)
        // No value is read as a part of a statement.
        let hostile = "'); DROP TABLE things; --"
        try database.run("UPDATE things SET name = ?", .text(hostile + "\0cut"))
        #expect(try database.rows("SELECT DISTINCT name FROM things") { $0.text(0) } == [hostile + "cut"])
        // Another one finds the tables, and those of another version say so.
        #expect(try numbers(try open(server.place)).count == 3)
        #expect {
            _ = try open(server.place, version: 2)
        } throws: {
            "\($0)".contains("of another version (1, here 2)")
        }
    }

    private final class Count: Sendable {
        let done = Atomic<Int>(0)
        let failed = Atomic<Int>(0)
    }

    @Test("transactions of several who read, count on and write lose nothing")
    func concurrent() throws {
        let server = try PostgresServer()
        try add(0, to: try open(server.place))
        let (place, count) = (server.place, Count())
        for _ in 0..<4 {
            Thread.detachNewThread {
                do {
                    let database = try PostgresDatabase(place: place, version: 1, schema: Self.schema)
                    for _ in 0..<50 {
                        try database.transaction { () throws(DatabaseError) in
                            let last = try database.rows("SELECT max(number) FROM things") { $0.integer(0) }.first ?? 0
                            try database.run("INSERT INTO things (number) VALUES (?)", .integer(last + 1))
                        }
                    }
                } catch { count.failed.add(1, ordering: .relaxed) }
                count.done.add(1, ordering: .releasing)
            }
        }
        #expect(waits(60) { count.done.load(ordering: .acquiring) == 4 })
        #expect(count.failed.load(ordering: .relaxed) == 0)
        #expect(try numbers(try open(server.place)) == Array(0...200))
    }

    @Test("a server that is killed is one line each time, and when it is back, all that was committed is there")
    func killed() throws {
        let server = try PostgresServer()
        let database = try open(server.place)
        for number in 0..<20 { try add(number, to: database) }
        server.kill()
        var lines: Set<String> = []
        for _ in 0..<3 {
            do { try database.transaction { () throws(DatabaseError) in try add(99, to: database) } } catch {
                lines.insert("\(error)")
            }
            usleep(600_000)
        }
        #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix(server.place) && !$0.contains("\n") }, "\(lines)")
        try server.start()
        let isBack = waits(20) { (try? add(20, to: database)) != nil }
        #expect(isBack)
        #expect(try numbers(database) == Array(0...20))
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = Date()
        try body()
        return Date().timeIntervalSince(start)
    }

    // The larger is more than a socket takes: then the kernel may say first that nobody reads.
    @Test(
        "a server that is there and says nothing is one line after some seconds, and what was begun is gone",
        arguments: [10, 40_000_000])
    func silent(bytes: Int) throws {
        let server = try PostgresServer()
        let database = try PostgresDatabase(place: server.place, version: 1, schema: Self.schema, patience: 2)
        try add(1, to: database)
        var lines: [String] = []
        let taken = seconds {
            do {
                try database.transaction { () throws(DatabaseError) in
                    try add(2, to: database)
                    server.stop()
                    let block = DatabaseValue.bytes([UInt8](repeating: 7, count: bytes))
                    try database.run("INSERT INTO things (number, content) VALUES (3, ?)", block)
                }
            } catch { lines.append("\(error)") }
            do { try add(4, to: database) } catch { lines.append("\(error)") }
        }
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.allSatisfy { $0.hasPrefix(server.place) && !$0.contains("\n") }, "\(lines)")
        if bytes == 10 { #expect(lines.first == "\(server.place): the server is there, and says nothing") }
        #expect(taken < 10)
        server.goOn()
        let isBack = waits(10) { (try? add(5, to: database)) != nil }
        #expect(isBack)
        #expect(try numbers(database) == [1, 5])
    }

    @Test("a statement that takes too long is ended by its server, and the connection goes on")
    func slow() throws {
        let server = try PostgresServer()
        let database = try PostgresDatabase(place: server.place, version: 1, schema: Self.schema, patience: 1)
        #expect {
            _ = try database.rows("SELECT pg_sleep(20)") { _ in 0 }
        } throws: {
            "\($0)".contains("statement timeout")
        }
        try add(1, to: database)
        #expect(try numbers(database) == [1])
    }

    @Test("a connection that is cut within a transaction leaves nothing of it, and the next one works")
    func cut() throws {
        let server = try PostgresServer()
        let database = try open(server.place)
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'arete'"
        var isCut = false
        #expect(throws: DatabaseError.self) {
            try database.transaction { () throws(DatabaseError) in
                try add(1, to: database)
                isCut = (try? server.ask(cut))?.contains("t") == true
                try add(2, to: database)
            }
        }
        #expect(isCut)
        let isBack = waits(10) {
            (try? database.transaction { () throws(DatabaseError) in try add(3, to: database) }) != nil
        }
        #expect(isBack)
        #expect(try numbers(database) == [3])
    }
}

@Suite(.enabled(if: PostgresServer.isThere, "needs postgresql: scripts/setup.sh link"))
struct PostgresPlaceTests {
    @Test(
        "places that are none, hold a password, or lead nowhere are one clear line",
        arguments: [
            ("postgres://u:secret@127.0.0.1/d", "~/.pgpass"), ("postgres://u@127.0.0.1:1/d", "onnection refused"),
            ("postgres://u@127.0.0.1/d?nonsense=1", "nonsense"), ("postgres://u@nowhere.invalid/d", "nowhere.invalid"),
        ])
    func refused(_ place: String, _ words: String) {
        do {
            _ = try PostgresDatabase(place: place, version: 1, schema: "")
            Issue.record("\(place) was taken")
        } catch {
            #expect(
                "\(error)".contains(words) && !"\(error)".contains("\n") && !"\(error)".contains("secret"), "\(error)")
        }
    }
}
