// Tables in a file.
import Foundation
import Testing

@testable import Database

@Suite struct DatabaseTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("database-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String = "d.sqlite") -> String { folder.appendingPathComponent(name).path }
    private static let schema = "CREATE TABLE things (number INTEGER PRIMARY KEY, name TEXT, size REAL, content BLOB)"

    private func open(_ name: String = "d.sqlite", mostBytes: Int? = nil) throws -> Database {
        try Database(path: path(name), version: 1, schema: Self.schema, mostBytes: mostBytes)
    }

    private func names(_ database: Database) throws -> [String] {
        try database.rows("SELECT name FROM things ORDER BY number") { $0.text(0) }
    }

    @Test("what was written is there when the file is opened again, of every kind")
    func kept() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let database = try open()
            try database.transaction { () throws(DatabaseError) in
                try database.run(
                    "INSERT INTO things VALUES (?, ?, ?, ?)", .integer(.max), .text("näh'--"), .real(-0.25),
                    .bytes([0, 255, 0]))
                try database.run("INSERT INTO things VALUES (?, ?, ?, ?)", .integer(1), .text(""), .null, .bytes([]))
            }
        }
        let database = try open()
        #expect(try names(database) == ["", "näh'--"])
        let last = try database.rows("SELECT * FROM things WHERE number = ?", .integer(.max)) { row in
            [row.integer(0) == .max, row.real(2) == -0.25, row.bytes(3) == [0, 255, 0], row.optionalReal(2) != nil]
        }
        #expect(last == [[true, true, true, true]])
        #expect(try database.rows("SELECT size FROM things WHERE number = 1") { $0.optionalReal(0) } == [nil])
        #expect(try database.rows("PRAGMA journal_mode") { $0.text(0) } == ["wal"])
    }

    @Test("a transaction that fails leaves nothing behind, and the next one works")
    func rolledBack() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try open()
        #expect(throws: DatabaseError.self) {
            try database.transaction { () throws(DatabaseError) in
                try database.run("INSERT INTO things (name) VALUES ('first')")
                try database.run("INSERT INTO nowhere VALUES (1)")
            }
        }
        #expect(try names(database).isEmpty)
        try database.transaction { () throws(DatabaseError) in
            try database.run("INSERT INTO things (name) VALUES ('second')")
        }
        #expect(try names(database) == ["second"])
    }

    @Test("it grows no larger than allowed, says so, and goes on when something was removed")
    func full() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try open(mostBytes: 200_000)
        var count = 0
        let block = DatabaseValue.bytes([UInt8](repeating: 7, count: 10_000))
        var error: DatabaseError?
        while error == nil, count < 100 {
            do throws(DatabaseError) {
                try database.transaction { () throws(DatabaseError) in
                    try database.run("INSERT INTO things (content) VALUES (?)", block)
                }
                count += 1
            } catch let failure { error = failure }
        }
        #expect(error == .full(path()) && count > 5 && count < 25)
        try database.run("DELETE FROM things WHERE number <= 3")
        try database.run("INSERT INTO things (content) VALUES (?)", block)
        #expect(try database.rows("SELECT count(*) FROM things") { $0.integer(0) } == [count - 2])
    }

    @Test("what is no database, of another version or nowhere is refused in one line and left as it is")
    func refused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func reason(_ name: String, version: Int = 1) -> String {
            do throws(DatabaseError) {
                _ = try Database(path: path(name), version: version, schema: Self.schema)
                return "opened"
            } catch { return "\(error)" }
        }
        try Data(repeating: 65, count: 5000).write(to: folder.appendingPathComponent("text"))
        #expect(reason("text") == "\(path("text")): file is not a database")
        #expect(try Data(contentsOf: folder.appendingPathComponent("text")) == Data(repeating: 65, count: 5000))
        #expect(reason("none/d") == "\(path("none/d")): unable to open database file")
        #expect(reason("new") == "opened")
        #expect(reason("new", version: 2).hasSuffix("it is of another program or version (1, here 2): move it away"))
    }

    private func rights(_ name: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(name))
        return attributes?[.posixPermissions] as? Int
    }

    @Test(
        "a new file and those beside it are their owner's alone, also behind a link, and one that is there keeps its rights"
    )
    func rights() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let linked = path("linked")
        symlink("behind", linked)
        for name in ["d.sqlite", "linked"] {
            let database = try open(name)
            try database.run("INSERT INTO things (name) VALUES ('one')")
            let file = name == "linked" ? "behind" : name
            #expect([file, file + "-wal", file + "-shm"].map(rights) == [0o600, 0o600, 0o600], "\(name)")
        }
        #expect(chmod(path(), 0o640) == 0)
        let database = try open()
        #expect(try names(database) == ["one"] && rights("d.sqlite") == 0o640)
    }

    @Test("a file that is in use is so by each path that leads to it, before it is there and after")
    func oneUse() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(atPath: path("sub"), withIntermediateDirectories: true)
        symlink("d.sqlite", path("link"))
        symlink("../link", path("sub/far"))
        symlink("sub", path("folder"))
        let names = ["d.sqlite", "link", "sub/far", "folder/far", "sub/../d.sqlite"]
        for isThere in [false, true] {
            for first in names {
                if isThere { _ = try open() }
                let use = try SoleUse(of: path(first))
                for second in names {
                    #expect("\(first), \(second)") {
                        _ = try SoleUse(of: path(second))
                    } throws: {
                        "\($0)" == "\(path(second)): another process uses it"
                    }
                }
                _ = try SoleUse(of: path("other"))
                withExtendedLifetime(use) {}
            }
        }
        symlink("round", path("round"))
        _ = try SoleUse(of: path("round"))
    }

    @Test("when the program ends, a file that is still open has all of it by itself")
    func folded() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try open()
        try database.run("INSERT INTO things (name) VALUES ('one')")
        OpenLogs.empty()
        try FileManager.default.copyItem(atPath: path(), toPath: path("copy"))
        #expect(try names(try open("copy")) == ["one"])
        try database.run("INSERT INTO things (name) VALUES ('two')")
        #expect(try names(database) == ["one", "two"])
    }
}
