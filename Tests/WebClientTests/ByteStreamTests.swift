// Streams to a real server with TLS.
import Credentials
import Foundation
import Peers
import Testing
import WebClient

@Suite(.enabled(if: WebServer.absence == nil, "needs libcurl4, python3 and openssl: scripts/setup.sh link"))
struct ByteStreamTests {
    private func waits(_ stream: ByteStream, _ events: Int32) {
        var ready = pollfd(fd: stream.descriptor, events: Int16(events), revents: 0)
        poll(&ready, 1, 1000)
    }

    @Test("bytes go through TLS both ways, whole and in order, and neither side waits")
    func echo() throws {
        let server = try WebServer("echo")
        let credentials = try TLSCredentials(
            authority: server.authority.authority, certificate: server.authority.clientCertificate,
            key: server.authority.clientKey)
        let stream = try ByteStream(host: "localhost", port: server.port, encryption: .tls(credentials), within: 10)
        #expect(stream.descriptor >= 0 && server.process.prints("client client"), "\(server.process.text)")
        let began = Date()
        #expect(try stream.receive().isEmpty && Date().timeIntervalSince(began) < 0.5)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        var (sent, back, isFull) = (0, [UInt8](), false)
        while back.count < bytes.count, Date().timeIntervalSince(began) < 60 {
            let taken = sent < bytes.count ? try stream.send(bytes[sent...]) : 0
            sent += taken
            isFull = isFull || (taken == 0 && sent < bytes.count)
            let news = try stream.receive()
            back += news
            if taken == 0, news.isEmpty { waits(stream, sent < bytes.count ? POLLIN | POLLOUT : POLLIN) }
        }
        #expect(back == bytes)
        server.process.kill()
        let line = failure { () throws(WebError) in
            for _ in 0..<100 {
                _ = try stream.send([1])
                _ = try stream.receive()
                usleep(10_000)
            }
        }
        #expect(line.hasPrefix("localhost:\(server.port): ") && !line.contains("\n"), "\(line)")
    }

    private func failure(_ body: () throws(WebError) -> Void) -> String {
        do throws(WebError) {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test(
        "a wrong authority, name or missing certificate, and a silent server, are one clear line in time"
    )
    func refused() throws {
        let server = try WebServer("echo")
        let right = try TLSCredentials(authority: server.authority.authority)
        let others = try TestAuthority()
        let wrong = try TLSCredentials(authority: others.authority)
        func open(_ host: String, _ port: Int, _ encryption: ByteStream.Encryption, _ seconds: Double = 10) -> String {
            failure { () throws(WebError) in
                let stream = try ByteStream(host: host, port: port, encryption: encryption, within: seconds)
                // With TLS 1.3 a server refuses a client after the client has finished.
                for _ in 0..<100 {
                    _ = try stream.receive()
                    usleep(10_000)
                }
            }
        }
        for line in [open("localhost", server.port, .tls(wrong)), open("127.0.0.1", server.port, .tls(right))] {
            #expect(line.contains("certificate") && !line.contains("\n"), "\(line)")
        }
        let alone = open("localhost", server.port, .tls(right))
        #expect(alone.hasPrefix("localhost:") && !alone.contains("\n"), "\(alone)")
        let (silent, began) = (try Listener(), Date())
        #expect(open("localhost", silent.port, .tls(right), 0.5).contains("time"))
        #expect(Date().timeIntervalSince(began) < 3)
        #expect(open("example.com", 8087, .none).contains("needs TLS"))
        for host in ["", "a/b", "a@b", "a b"] { #expect(open(host, 1, .noneAnywhere).contains("is no HOST:PORT")) }
        #expect(open("localhost", 0, .none).contains("is no HOST:PORT"))
    }

    @Test("without TLS bytes go to this machine")
    func plain() throws {
        let server = try Listener(answer: Array("hello".utf8))
        let stream = try ByteStream(host: "127.0.0.1", port: server.port, encryption: .none, within: 5)
        #expect(try stream.send(Array("x".utf8)) == 1)
        waits(stream, POLLIN)
        #expect(try stream.receive() == Array("hello".utf8))
    }
}
