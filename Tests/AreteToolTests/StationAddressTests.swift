// Where a station's page is, as it says itself.
import CSealing
import Foundation
import Peers
import Testing

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct StationAddressTests {
    private static let hasCurl = PeerProcess.path(of: "curl") != nil

    /// What a station says until its page is there, and what is answered at the address that it says.
    private func said(_ arguments: String, in files: TestFolder) throws -> [Substring] {
        let result = try ProgramRun(
            """
            "$arete" link pair drone -o p >/dev/null
            "$arete" station --listen udp:127.0.0.1:0 --pairing p --store store --token token \(arguments) \\
                >out 2>log & station=$!
            for turn in $(seq 100); do grep -q 'page at' log && break; sleep 0.1; done
            page=$(sed -n 's/.*page at \\([^,]*\\),.*/\\1/p' log)
            echo "$page"; curl -sk -m 5 -o /dev/null -w '%{http_code}\\n' "$page"
            kill $station; wait $station; cat log
            """, in: files.url)
        return result.output.split(separator: "\n")
    }

    @Test(
        "a page at any of loopback's addresses is answered at the address that is told",
        .enabled(if: hasCurl, "needs curl"),
        arguments: [("127.0.0.1", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("localhost", "127.0.0.1")])
    func loopback(_ host: String, _ told: String) throws {
        let port = try Listener.freePort()
        let lines = try said("--page \(host):\(port)", in: try TestFolder("station-address"))
        #expect(lines.prefix(2) == ["http://\(told):\(port)/", "200"], "\(lines)")
    }

    @Test("the first name that is given is the one that is told", .enabled(if: hasCurl, "needs curl"))
    func name() throws {
        let port = try Listener.freePort()
        let names = "--name hut.example other.example"
        let lines = try said("--page 0.0.0.0:\(port) \(names)", in: try TestFolder("station-name"))
        #expect(lines.first == "https://hut.example:\(port)/", "\(lines)")
    }

    @Test(
        "a certificate that ends soon is told of at the start; the station's own lasts",
        .enabled(if: hasCurl && PeerProcess.path(of: "openssl") != nil, "needs openssl"))
    func certificate() throws {
        let authority = try TestAuthority()
        let port = try Listener.freePort()
        let files = "--certificate \(authority.certificate) --key \(authority.key)"
        let lines = try said("--page 0.0.0.0:\(port) \(files)", in: try TestFolder("station-certificate"))
        #expect(lines.contains { $0.contains("\(authority.certificate): is valid until 20") }, "\(lines)")
        let own = try said("--page 0.0.0.0:\(port)", in: try TestFolder("station-certificate"))
        #expect(!own.contains { $0.contains("is valid until") }, "\(own)")
    }

    @Test("on a terminal a code is drawn, unless documents are printed", .enabled(if: hasPython, "needs python3"))
    func code() throws {
        func drawn(_ arguments: String, in files: TestFolder) throws -> Bool {
            let port = try Listener.freePort()
            let result = try ProgramRun(
                """
                "$arete" link pair drone -o p >/dev/null
                python3 -c '\(Self.terminal)' "$arete" station \\
                    --listen udp:127.0.0.1:0 --pairing p --store store --page 0.0.0.0:\(port) \(arguments) </dev/null
                """, in: files.url)
            try #require(result.output.contains("page at https://"), "\(result)")
            return result.output.contains("\u{2588}")
        }
        #expect(try drawn("", in: TestFolder("station-code")))
        #expect(try !drawn("--json", in: TestFolder("station-code")))
    }

    /// Runs a program at a terminal until it has told a fingerprint and what comes with it, and prints all it said.
    private static let terminal = """
        import os, pty, select, sys, time
        child, screen = pty.fork()
        if child == 0: os.execv(sys.argv[1], sys.argv[1:])
        text, end = b"", time.time() + 20
        while select.select([screen], [], [], max(0, end - time.time()))[0]:
            text += os.read(screen, 65536)
            if b"fingerprint" in text: end = min(end, time.time() + 0.5)
        os.kill(child, 15)
        sys.stdout.buffer.write(text)
        """

    private static let hasPython = PeerProcess.path(of: "python3") != nil
}
