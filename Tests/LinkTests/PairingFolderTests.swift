// Pairings that change on the disk.
import Foundation
import Testing

@testable import Link

@Suite struct PairingFolderTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("pairings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    @Test("files are added, changed, revoked and removed; what becomes unreadable is told once and goes on")
    func changes() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var pairings = try PairingFolder([folder.path])
        #expect(pairings.refresh().isEmpty && pairings.pairings.isEmpty)
        let (a, b) = (try Pairing(name: "a"), try Pairing(name: "b"))
        try a.write(to: path("a.pairing"))
        try b.write(to: path("b.pairing"))
        // Neither what other programs keep there nor files that are being written.
        for other in ["README", "c.pairing.77-1.part", ".d.pairing"] { try a.write(to: path(other)) }
        #expect(pairings.refresh().isEmpty && pairings.pairings == [a, b])
        let rotated = a.rotated()
        try rotated.write(to: path("a.pairing"), replaces: true)
        #expect(pairings.refresh().isEmpty && pairings.pairings == [rotated, b])

        try "{".write(toFile: path("a.pairing"), atomically: false, encoding: .utf8)
        let wrong = pairings.refresh()
        #expect(wrong.count == 1 && "\(wrong)".contains("a.pairing") && pairings.pairings == [rotated, b])
        #expect(pairings.refresh().isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path("a.pairing"))
        #expect("\(pairings.refresh())".contains("others may read this secret") && pairings.pairings == [rotated, b])
        try rotated.revoked().write(to: path("a.pairing"), replaces: true)
        #expect(pairings.refresh().isEmpty && pairings.pairings.map(\.isRevoked) == [true, false])

        try FileManager.default.removeItem(atPath: path("b.pairing"))
        #expect(pairings.refresh().isEmpty && pairings.pairings.map(\.name) == ["a"])
        try FileManager.default.removeItem(at: folder)
        #expect(pairings.refresh().isEmpty && pairings.pairings.isEmpty)
    }

    @Test("of two files with one sender the first counts and the other is told of, unless one is revoked")
    func doubles() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let pairing = try Pairing(name: "a")
        try pairing.write(to: path("1.pairing"))
        let newer = pairing.rotated()
        try newer.write(to: path("2.pairing"))
        var pairings = try PairingFolder([folder.path])
        let told = pairings.refresh()
        #expect(told == [.file(path("2.pairing"), "has the sender of \(path("1.pairing")), and is left out")])
        #expect(pairings.refresh().isEmpty && pairings.pairings == [pairing])
        try newer.revoked().write(to: path("2.pairing"), replaces: true)
        #expect("\(pairings.refresh())".contains("1.pairing"))
        #expect(pairings.pairings == [newer.revoked()])
    }

    @Test("senders of one name are told apart by their ids, while there are several")
    func namesakes() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (one, other) = (try Pairing(name: "drone"), try Pairing(name: "drone"))
        try one.write(to: path("1.pairing"))
        var pairings = try PairingFolder([folder.path])
        #expect(pairings.refresh().isEmpty && pairings.pairings.map(\.name) == ["drone"])
        try other.write(to: path("2.pairing"))
        #expect(pairings.refresh().isEmpty)
        let expected = [one, other].map { "drone (\($0.sender.value))" }.sorted()
        #expect(pairings.pairings.map(\.name) == expected)
        #expect(Set(pairings.pairings.map(\.sender)) == [one.sender, other.sender])
        try FileManager.default.removeItem(atPath: path("1.pairing"))
        #expect(pairings.refresh().isEmpty && pairings.pairings == [other])
    }

    @Test("files that are named must be there to begin with, and may go away later")
    func named() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: PairingError.file(path("x"), "No such file or directory")) {
            _ = try PairingFolder([path("x")])
        }
        try "{}".write(toFile: path("x"), atomically: false, encoding: .utf8)
        #expect(throws: PairingError.self) { _ = try PairingFolder([path("x")]) }
        try FileManager.default.removeItem(atPath: path("x"))
        try Pairing(name: "a").write(to: path("x"))
        var pairings = try PairingFolder([path("x")])
        #expect(pairings.refresh().isEmpty && pairings.pairings.count == 1)
        try FileManager.default.removeItem(atPath: path("x"))
        #expect(pairings.refresh().isEmpty && pairings.pairings.isEmpty)
    }
}
