// Secrets in files.
import CSealing
import Foundation
import TestSupport
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct PairingTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("pairing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func reason(_ body: () throws(PairingError) -> Void) -> String {
        do throws(PairingError) {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test("a pairing comes back from its file, which nobody else may read, and shows its secret to nobody")
    func file() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let pairing = try Pairing(name: "drone 1")
        try pairing.write(to: path("a"))
        let attributes = try FileManager.default.attributesOfItem(atPath: path("a"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let read = try Pairing(path: path("a"))
        #expect(read.name == "drone 1" && read.sender == pairing.sender)
        #expect(try read.keys(.up) == pairing.keys(.up) && read.keys(.down) != pairing.keys(.up))
        let text = try String(contentsOfFile: path("a"), encoding: .utf8)
        let start = try #require(text.firstRange(of: #""secret": ""#)).upperBound
        let secret = String(text[start...].prefix(64))
        var shown = "\(read) \(String(reflecting: read)) \(String(describing: try read.keys(.up)))"
        dump(read, to: &shown)
        dump(try read.keys(.up), to: &shown)
        #expect(secret.count == 64 && !shown.contains(secret) && !shown.contains(secret.prefix(8)))
        // Another one has another secret.
        #expect(try Pairing(name: "drone 1").keys(.up) != pairing.keys(.up))
        let again = reason { () throws(PairingError) in try pairing.write(to: path("a")) }
        #expect(again.contains("is there already"))
    }

    @Test("1000 mutated files of pairings end in one line or in a pairing with keys", arguments: [UInt64(31)])
    func mutated(seed: UInt64) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = SplitMix(state: seed)
        try Pairing(name: "drone 1").rotated().write(to: path("a"))
        let file = Array(try Data(contentsOf: URL(fileURLWithPath: path("a"))))
        var read = 0
        for _ in 0..<1000 {
            try Data(Mutation.mutated(file, with: file, &random)).write(to: URL(fileURLWithPath: path("b")))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path("b"))
            do throws(PairingError) {
                let pairing = try Pairing(path: path("b"), mayBeRevoked: true)
                read += 1
                #expect((1...64).contains(pairing.name.utf8.count) && (try? pairing.keys(.up)) != nil, "seed \(seed)")
            } catch {
                #expect("\(error)".contains(path("b")) && !"\(error)".contains("\n"), "seed \(seed): \(error)")
            }
        }
        #expect((50..<1000).contains(read), "seed \(seed): \(read)")
    }

    @Test("after a rotation both secrets open packets, and the new one seals them")
    func rotated() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let old = try Pairing(name: "box")
        let new = old.rotated()
        try new.write(to: path("a"))
        let read = try Pairing(path: path("a"))
        #expect(read.sender == old.sender)
        var opener = PacketOpener()
        opener.add(read.sender, keys: try read.keys(.up))
        let clock = try #require(ClockRecord(began: 1, doubt: 1))
        for (place, pairing) in [old, new, old].enumerated() {
            let sealer = PacketSealer(
                sender: pairing.sender, key: try pairing.keys(.up)[0], epoch: UInt32(place + 1))
            let packet = try sealer.packet(Payload([.clock(clock)]), .full, context: 0, at: 0)
            #expect(try opener.open(try #require(packet).bytes, at: 0).number.epoch == UInt32(place + 1))
        }
        #expect(try old.following(new).keys(.down) == new.keys(.down))
        #expect(try old.following(old) == old && new.following(read) == new)
        for (pairing, told) in [(new, old), (old, try Pairing(name: "box"))] {
            #expect(throws: PairingError.self) { try pairing.following(told) }
        }
        #expect(read.rotated().sender == old.sender)
        #expect(try read.rotated().keys(.up)[1] == read.keys(.up)[0])
    }

    @Test("a revoked pairing is read by those alone who must know what to refuse, and stays revoked")
    func revoked() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let pairing = try Pairing(name: "box").rotated()
        try pairing.revoked().write(to: path("a"))
        let read = try Pairing(path: path("a"), mayBeRevoked: true)
        #expect(try read.isRevoked && read.keys(.up) == pairing.keys(.up) && read.revoked() == read)
        let refusal = reason { () throws(PairingError) in _ = try Pairing(path: path("a")) }
        #expect(refusal == "\(path("a")): was revoked: 'arete link pair NAME' makes another pairing")
    }

    @Test("what others may read, is no pairing, or is not there is one clear line")
    func refused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func reason(_ text: String, permissions: Int = 0o600) throws -> String {
            try text.write(toFile: path("x"), atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path("x"))
            return self.reason { () throws(PairingError) in _ = try Pairing(path: path("x")) }
        }
        let good = #"{"arete_link": 1, "name": "a", "sender": 5, "secret": "\#(String(repeating: "0a", count: 32))"}"#
        #expect(try reason(good) == "none")
        #expect(try reason(good, permissions: 0o640).contains("others may read this secret"))
        #expect(try reason("hello").contains("\(path("x"))"))
        #expect(try reason("{}").contains("is no pairing of version 1"))
        #expect(try reason(good.replacingOccurrences(of: "0a0a", with: "0a")).contains("is no secret of 64"))
        #expect(try reason(good.replacingOccurrences(of: "\"name\"", with: "\"nam\"")).contains("missing"))
        let none = self.reason { () throws(PairingError) in _ = try Pairing(path: path("none")) }
        #expect(none == "\(path("none")): No such file or directory")
        for name in ["", "a\nb", String(repeating: "x", count: 65)] {
            #expect(self.reason { () throws(PairingError) in _ = try Pairing(name: name) }.contains("is no name"))
        }
    }
}
