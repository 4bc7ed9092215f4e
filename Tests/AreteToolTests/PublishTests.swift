// arete run with a thin link, and arete station at its other end.
import CSealing
import Foundation
import Testing

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct PublishTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("publish-\(UUID().uuidString)")
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func prepare(port: Int, frames: Int = 8) throws {
        let shots = folder.appendingPathComponent("shots")
        try FileManager.default.createDirectory(at: shots, withIntermediateDirectories: true)
        let board = root.appendingPathComponent("Models/samples/board-1.png")
        for index in 0..<frames {
            try FileManager.default.createSymbolicLink(
                at: shots.appendingPathComponent("\(index).png"), withDestinationURL: board)
        }
        try """
        {"sources": [{"name": "belt", "type": "folder", "path": "shots", "rate": 10, "watch": false, "frames": "every"}],
         "model": {"file": "\(root.path)/Models/pcb-defect/model.onnx"}, "tracker": {"memory": 0.2},
         "rules": [{"name": "defect", "when": "appears"}], "spool": "spool",
         "sinks": [{"type": "link", "to": "udp:127.0.0.1:\(port)", "pairing": "p", "rate": 3000}]}
        """.write(to: folder.appendingPathComponent("line.json"), atomically: true, encoding: .utf8)
    }

    @Test("what a pipeline finds arrives at the station, with the rules that fit and the names of all")
    func published() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let port = 42_000 + Int(getpid()) % 20_000
        try prepare(port: port)
        let result = try ProgramRun(
            """
            "$arete" link pair box -o p >/dev/null && "$arete" run line.json --check >&2 || exit 1
            "$arete" station --listen udp:127.0.0.1:\(port) --pairing p --store s --no-page --json >told 2>log & id=$!
            for try in $(seq 50); do [ -s log ] && break; sleep 0.1; done
            "$arete" run line.json >&2 || exit 1
            sleep 0.3; kill $id; wait $id; cat told
            """, in: folder)
        #expect(result.status == 0, "\(result)")
        let lines = result.output.split(separator: "\n")
        let tracks = lines.filter { $0.contains(#""track": "#) && $0.contains(#""confidence""#) }
        let events = lines.filter { $0.contains(#""rule": 0"#) }
        #expect(tracks.count >= 2 && events.count == tracks.count, "\(result)")
        #expect(lines.contains { $0.contains(#""object": "names""#) }, "\(result)")
        #expect(lines.contains { $0.contains(#""gone": "#) }, "\(result)")
    }

    @Test("a first look at each track arrives, and scenes and larger pictures when somebody asks for them")
    func pictures() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let port = 27_000 + Int(getpid()) % 20_000
        try prepare(port: port, frames: 60)
        let result = try ProgramRun(
            """
            "$arete" link pair box -o p >/dev/null; mkfifo asks
            "$arete" station --listen udp:127.0.0.1:\(port) --pairing p --store s --no-page --json --pictures shown --asks \
                <asks >told 2>log & id=$!
            exec 3>asks
            for try in $(seq 50); do [ -s log ] && break; sleep 0.1; done
            "$arete" run line.json >&2 & run=$!
            for try in $(seq 100); do grep -q '"picture"' told && break; sleep 0.1; done
            track=$(grep -o '"picture": [0-9]*' told | head -1 | grep -o '[0-9]*$')
            echo '{"ask": "picture", "sender": "box", "track": '$track', "level": 2}' >&3
            echo '{"ask": "picture", "sender": "box", "track": 1}' >&3
            echo '{"ask": "picture", "sender": "nobody", "track": 1}' >&3
            echo '{"ask": "all", "sender": "box"}' >&3
            for try in $(seq 100); do ls shown | grep -q level-2 && grep -q 'no picture: 1"' told && break; sleep 0.1; done
            wait $run; sleep 0.3; kill $id; wait $id; ls shown; cat told; cat log >&2
            """, in: folder)
        #expect(result.status == 0, "\(result)")
        let files = result.output.split(separator: "\n").filter { $0.hasSuffix(".webp") }
        #expect(files.contains("box-camera-0.webp"), "\(result)")
        #expect(files.count { $0.hasSuffix("level-0.webp") } >= 2, "\(result)")
        #expect(files.count { $0.hasSuffix("level-2.webp") } == 1, "\(result)")
        #expect(result.output.contains("no picture: 1"), "\(result)")
        #expect(result.error.contains("no sender is called nobody"), "\(result)")
        #expect(result.error.contains("\"ask\" must be"), "\(result)")
    }

    @Test("a link whose pairing is missing is one line of --check, and a station that is away holds nothing up")
    func refused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(port: 9)
        let missing = try ProgramRun("\"$arete\" run line.json --check", in: folder)
        #expect(missing.status == 1 && missing.error.hasPrefix("arete: link: "), "\(missing)")
        #expect(missing.error.split(separator: "\n").count == 1)
        _ = try ProgramRun("\"$arete\" link pair box -o p", in: folder)
        for carrier in ["", "mavlink:"] {
            try String(contentsOf: folder.appendingPathComponent("line.json"), encoding: .utf8)
                .replacingOccurrences(of: "udp:127.0.0.1:9", with: carrier + "udp:nowhere.invalid:9")
                .write(to: folder.appendingPathComponent("nowhere.json"), atomically: true, encoding: .utf8)
            let nowhere = try ProgramRun("\"$arete\" run nowhere.json --json", in: folder)
            #expect(nowhere.status == 0 && nowhere.output.contains(#""results": 8"#), "\(nowhere)")
            #expect(nowhere.error.contains("nowhere.invalid"), "\(nowhere)")
        }
        let source = #"{"type": "folder", "path": "shots"}"#
        let nine = (1...9).map { _ in source }.joined(separator: ", ")
        let text = try String(contentsOf: folder.appendingPathComponent("line.json"), encoding: .utf8)
        let sources = try #require(text.range(of: #"\{"name": "belt"[^}]*\}"#, options: .regularExpression))
        try text.replacingCharacters(in: sources, with: nine)
            .write(to: folder.appendingPathComponent("nine.json"), atomically: true, encoding: .utf8)
        let many = try ProgramRun("\"$arete\" run nine.json --check", in: folder)
        #expect(many.status == 1 && many.error.contains("tell 8 cameras apart"), "\(many)")
        let away = try ProgramRun(
            "\"$arete\" run line.json --json; ls spool", in: folder)
        #expect(away.status == 0 && away.output.contains(#""results": 8"#), "\(away)")
        #expect(away.output.contains("link.spool") && away.output.contains("numbers"))
    }
}
