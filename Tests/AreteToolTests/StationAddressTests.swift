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
}
