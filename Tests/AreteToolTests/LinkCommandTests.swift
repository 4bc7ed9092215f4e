// Keys and packets on the command line.
import Foundation
import Testing

@Suite struct LinkCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("link-\(UUID().uuidString)")

    private func run(_ line: String) throws -> ProgramRun {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try ProgramRun(line, in: folder)
    }

    /// The pairing of docs/link_vectors.json.
    private func publishedPairing() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let secret = (0..<32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try #"{"arete_link": 1, "name": "published", "sender": 305419895, "secret": "\#(secret)"}"#.write(
            to: folder.appendingPathComponent("p.json"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.appendingPathComponent("p.json").path)
    }

    @Test("a pairing is made once, is its owner's alone, and its secret is never printed")
    func pair() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try run("umask 0; \"$arete\" link pair drone-1 -o d.json; stat -c %a d.json; cat d.json")
        #expect(made.status == 0 && made.output.hasPrefix("d.json: the secret of drone-1 ("), "\(made)")
        let lines = made.output.split(separator: "\n")
        #expect(lines[1] == "600")
        let secret = try #require(lines.first { $0.contains("\"secret\"") }).split(separator: "\"")[3]
        #expect(secret.count == 64 && !lines[0].contains(secret))
        let again = try run("\"$arete\" link pair drone-1 -o d.json")
        #expect(again.status == 1 && again.error.contains("d.json: is there already"), "\(again)")
        let rotated = try run("\"$arete\" link pair --rotate d.json; cat d.json")
        #expect(rotated.status == 0 && rotated.output.contains("\"previous\": \"\(secret)\""), "\(rotated)")
        #expect(!rotated.output.split(separator: "\n")[0].contains(secret))
    }

    @Test("packets are taken apart, found near a counter or anywhere in the first day")
    func inspect() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try publishedPairing()
        let packet = "6f4240b686c4917492f5c9ff890b987bef1ca5be113d27"
        for options in ["", "--epoch 3", "--epoch 3 --counter 990000"] {
            let result = try run("\"$arete\" link inspect \(packet) --pairing p.json --json \(options)")
            #expect(
                result.output.hasPrefix(#"{"form": "compact", "context": 5, "epoch": 3, "counter": 1000000, "#)
                    && result.output.contains(#""kind": "track", "track": 17"#), "\(result)")
        }
        let wrong = try run("\"$arete\" link inspect \(packet.dropLast(2))28 --pairing p.json")
        #expect(
            wrong.status == 1
                && wrong.error
                    == "arete: packet 6f4240b686c49174...: another sender's, or damaged, or far from --epoch and --counter\n",
            "\(wrong)")
        let none = try run("\"$arete\" link inspect 00112233 --pairing p.json")
        #expect(none.status == 1 && none.error.contains("is none of the link format, version 1"), "\(none)")
    }

    @Test(
        "wrong usage is told",
        arguments: [
            ("", "too few arguments"), ("pair", "too few arguments"), ("pair a", "'link pair' needs -o FILE"),
            ("pair a b -o c", "'link pair' takes one NAME"), ("pair --from a", "'link pair --from' needs -o FILE"),
            ("pair --rotate --show a", "'link pair' does one thing: --rotate or --show"),
            ("pair --revoke a -o b", "'link pair --revoke' changes FILE: it takes no -o"),
            ("fly x", "'link' can pair, inspect and replay, not 'fly'"),
            ("inspect 00", "needs --pairing FILE"), ("inspect xyz --pairing p.json", "is no packet in hexadecimal"),
        ])
    func usage(words: String, reason: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try publishedPairing()
        let result = try run("\"$arete\" link \(words)")
        #expect(result.status == 2 && result.error.contains(reason), "\(result)")
    }
}
