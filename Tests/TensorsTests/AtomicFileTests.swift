import Foundation
import Tensors
import Testing

@Suite struct AtomicFileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("atomic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func write(_ text: String, to path: String) throws {
        try AtomicFile.write(to: path) { part in try Array(text.utf8).withUnsafeBytes { try part($0) } }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("a file is replaced as a whole, and nothing else is left in its folder")
    func replaced() throws {
        try withFolder { folder in
            try write("old", to: folder + "/a")
            try write("new", to: folder + "/a")
            #expect(try text(folder + "/a") == "new")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
        }
    }

    @Test("what fails half way leaves the file that was there, and no other")
    func failure() throws {
        struct Stop: Error {}
        try withFolder { folder in
            try write("old", to: folder + "/a")
            #expect(throws: AtomicFileError.self) {
                try AtomicFile.write(to: folder + "/a") { part in
                    try Array("new".utf8).withUnsafeBytes { try part($0) }
                    throw Stop()
                }
            }
            #expect(try text(folder + "/a") == "old")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
        }
    }

    @Test("a link stays a link: what it leads to is replaced")
    func link() throws {
        try withFolder { folder in
            try write("old", to: folder + "/a")
            try FileManager.default.createSymbolicLink(atPath: folder + "/b", withDestinationPath: "a")
            try write("new", to: folder + "/b")
            #expect(try text(folder + "/a") == "new")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/b") == "a")
        }
    }
}
