// A server in Python, for one test.
import CCurl
import Foundation
import Peers

struct WebServer {
    let process: PeerProcess
    let authority: TestAuthority
    let port: Int

    static let absence: String? =
        arete_curl_absence().map { String(cString: $0) }
        ?? (PeerProcess.path(of: "python3") == nil || !TestAuthority.isAvailable ? "no python3 or openssl" : nil)

    init(_ kind: String, name: String = "DNS:localhost") throws {
        authority = try TestAuthority(name: name)
        let arguments = [PeerFiles.script("web.py"), kind, authority.certificate, authority.key, authority.authority]
        process = try PeerProcess(PeerProcess.path(of: "python3") ?? "", arguments)
        guard process.prints("port "), let line = process.lines.first, let port = Int(line.dropFirst(5)) else {
            throw PeerError(text: process.text)
        }
        self.port = port
    }
}
