// Certificates, and connections that trust them.
import Certificates
import Foundation
import HTTP
import Peers
import Testing

@Suite struct CertificateTests {
    private static let hasTools = PeerProcess.path(of: "curl") != nil && PeerProcess.path(of: "openssl") != nil
    private var now: Int { Int(Date().timeIntervalSince1970) }
    private static let day = 86_400

    private func reason(_ body: () throws(CertificateError) -> Void) -> String {
        do throws(CertificateError) {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    private func openssl(_ arguments: String...) throws -> String {
        let path = PeerProcess.path(of: "openssl") ?? "openssl"
        let (status, text) = try PeerProcess.run(path, arguments)
        guard status == 0 else { throw PeerError(text: text) }
        return text
    }

    @Test(
        "a certificate is made once, kept for its owner alone, and has the names",
        .enabled(if: hasTools, "needs openssl"))
    func made() throws {
        let folder = try TestFolder("certificate")
        let path = folder.path("station.pem")
        let names = ["station.local", "192.0.2.7", "2001:db8::7"]
        let (certificate, isNew) = try OwnCertificate.at(path, names: names, now: now)
        let (again, isNewAgain) = try OwnCertificate.at(path, names: names, now: now + 300 * Self.day)
        #expect(isNew && !isNewAgain && again.fingerprint == certificate.fingerprint)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        for name in names { #expect(certificate.names(name), "\(name)") }
        #expect(!certificate.names("other.local") && !certificate.names("192.0.2.8"))
        #expect(certificate.validity.upperBound - certificate.validity.lowerBound == 397 * Self.day)
        let text = try openssl("x509", "-in", path, "-noout", "-text", "-fingerprint", "-sha256")
        #expect(text.contains(certificate.fingerprint) && text.contains("prime256v1"))
        #expect(text.contains("DNS:station.local, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7"))
        #expect(text.contains("TLS Web Server Authentication") && text.contains("CA:FALSE"))
        #expect(try openssl("verify", "-CAfile", path, "-purpose", "sslserver", path).contains("OK"))
        #expect("\(certificate)" == certificate.fingerprint && !certificate.fingerprint.isEmpty)
    }

    @Test(
        "a certificate that ends soon, has ended or lacks a name is made anew", .enabled(if: hasTools, "needs openssl"))
    func renewed() throws {
        let folder = try TestFolder("certificate")
        let path = folder.path("station.pem")
        var last = try OwnCertificate.at(path, names: ["a.local"], now: now).certificate.fingerprint
        for (names, later) in [(["a.local"], 370), (["a.local"], 900), (["a.local", "b.local"], 901)] {
            let (certificate, isNew) = try OwnCertificate.at(path, names: names, now: now + later * Self.day)
            #expect(isNew && certificate.fingerprint != last)
            last = certificate.fingerprint
        }
        #expect(try !OwnCertificate.at(path, names: ["b.local"], now: now + 901 * Self.day).isNew)
        // The clock was set back: another certificate would be no better.
        let early = reason { () throws(CertificateError) in
            _ = try OwnCertificate.at(path, names: ["a.local"], now: now)
        }
        #expect(early.contains("is this machine's clock right?") && early.hasPrefix(path))
        for name in ["", "a b", "a,IP:127.0.0.1", "-a", "a..b", "é", "a\n", String(repeating: "a", count: 64), "a/b"] {
            let line = reason { () throws(CertificateError) in
                _ = try OwnCertificate.at(path, names: [name], now: now + 901 * Self.day)
            }
            #expect(line.contains("is no host name"), "\(name)")
        }
    }

    @Test("a certificate's end is told once within thirty days of it, and once when it is over")
    func end() {
        let end = 1_800_000_000
        var watch = CertificateWatch(path: "own.pem", end: end)
        #expect(watch.line(now: end - 30 * Self.day) == nil)
        let soon = watch.line(now: end - 30 * Self.day + 1)
        #expect(
            soon == "own.pem: is valid until 2027-01-15 alone: get another one, and start the station again with it")
        #expect(watch.line(now: end - Self.day) == nil && watch.line(now: end) == nil)
        let over = watch.line(now: end + 1)
        #expect(over?.hasPrefix("own.pem: was valid until 2027-01-15: ") == true)
        #expect(watch.line(now: end + 61) == nil && watch.line(now: end - Self.day) == nil)
        var late = CertificateWatch(path: "own.pem", end: end)
        #expect(late.line(now: end + Self.day) == over && late.line(now: end + Self.day) == nil)
    }

    @Test("a user's certificate that cannot be used is one clear line", .enabled(if: hasTools, "needs openssl"))
    func refused() throws {
        let (folder, first, second) = (try TestFolder("certificate"), try TestAuthority(), try TestAuthority())
        let time = now
        func read(_ certificate: String, _ key: String, after seconds: Int = 0) -> String {
            reason { () throws(CertificateError) in
                _ = try ServerCertificate(certificate: certificate, key: key, now: time + seconds)
            }
        }
        #expect(read(first.certificate, first.key) == "none")
        #expect(read(first.certificate, second.key).contains("is the key of another certificate than"))
        #expect(read(first.certificate, first.key, after: 3 * Self.day).contains("was valid until"))
        #expect(read(first.certificate, first.key, after: -Self.day).contains("is valid from"))
        #expect(read(first.key, first.key).contains("holds no certificate in PEM"))
        #expect(read(first.certificate, try folder.write("none", "x")).contains("holds no private key"))
        let text = try String(contentsOfFile: first.key, encoding: .utf8)
        #expect(read(first.certificate, try folder.write("open", text, permissions: 0o644)).contains("others may read"))
        let locked = folder.path("locked.pem")
        _ = try openssl("pkey", "-in", first.key, "-aes128", "-passout", "pass:secret", "-out", locked)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: locked)
        #expect(read(first.certificate, locked).contains("without a password"))
        #expect(read(folder.path("absent"), first.key).contains("No such file"))
        let large = try folder.write("large", String(repeating: "a", count: 300_000))
        #expect(read(large, first.key).contains("holds no certificate"))
        for line in [read(first.certificate, second.key), read(folder.path("absent"), folder.path("absent"))] {
            #expect(!line.contains("\n") && !line.contains("PRIVATE"))
        }
        #expect(
            !"\(try ServerCertificate(certificate: first.certificate, key: first.key, now: now))".contains("PRIVATE"))
    }

    @Test("browsers' tools connect by TLS 1.2 and 1.3, and by nothing older", .enabled(if: hasTools, "needs openssl"))
    func connections() throws {
        let folder = try TestFolder("tls")
        let own = try OwnCertificate.at(folder.path("own.pem"), names: ["localhost", "127.0.0.1"], now: now).certificate
        let identity = TLSIdentity(certificate: own.certificate, key: own.key)
        let server = try HTTPServer(address: "127.0.0.1", port: 0, identity: identity, limits: HTTPLimits()) {
            .init(text: "\($0.isEncrypted) \($0.path)")
        }
        let authority = try folder.write("trusted.pem", own.certificate)
        let curl = PeerProcess.path(of: "curl") ?? "curl"
        func ask(_ arguments: String...) throws -> (Int32, String) {
            try PeerProcess.run(curl, ["-sS"] + arguments + ["https://localhost:\(server.port)/x"])
        }
        for version in ["--tlsv1.2", "--tlsv1.3"] {
            #expect(try ask("--cacert", authority, version).1 == "true /x")
        }
        #expect(try ask("--cacert", authority, "--tls-max", "1.2").1 == "true /x")
        #expect(try ask().0 == 60)
        #expect(try ask("--cacert", authority, "--tlsv1.0", "--tls-max", "1.1").0 == 35)
        let place = "localhost:\(server.port)"
        let session = try PeerProcess.run(
            PeerProcess.path(of: "openssl") ?? "", ["s_client", "-connect", place, "-CAfile", authority])
        #expect(session.1.contains("Verify return code: 0 (ok)") && session.1.contains("TLSv1.3"), "\(session.1)")
        // Who speaks no TLS gets nothing, and nobody waits for it.
        #expect(try RawClient.ask("GET /", port: server.port).status == 0)
        let silent = try RawClient(port: server.port)
        #expect(try ask("--cacert", authority).1 == "true /x")
        server.stop()
        #expect(silent.isClosed(within: 2))
        let wrong = TLSIdentity(certificate: "none", key: "none")
        #expect(throws: HTTPError.self) {
            _ = try HTTPServer(address: "127.0.0.1", port: 0, identity: wrong) { _ in .init(text: "") }
        }
    }
}
