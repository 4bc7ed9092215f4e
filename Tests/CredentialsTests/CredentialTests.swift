// Secrets, keys and hosts.
import Credentials
import Foundation
import Testing

@Suite struct CredentialTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("credentials-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func file(_ text: String, _ permissions: Int = 0o600) throws -> String {
        let path = folder.appendingPathComponent(UUID().uuidString).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        return path
    }

    private func reason(_ body: () throws(CredentialError) -> Void) -> String {
        do throws(CredentialError) {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test("a secret is the one line of a file that only its owner reads, and shows itself to nobody")
    func secret() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = try Secret(path: try file("hügel 7\n"))
        #expect(secret.text == "hügel 7")
        var shown = "\(secret) \(String(reflecting: secret))"
        dump(secret, to: &shown)
        #expect(!shown.contains("7"))
        for (text, permissions, word) in [
            ("x", 0o640, "others may read"), ("x", 0o604, "others may read"), ("", 0o600, "not one line"),
            ("\n", 0o600, "not one line"), ("a\nb", 0o600, "not one line"),
            (String(repeating: "x", count: 4097), 0o600, "longer than"),
        ] {
            let path = try file(text, permissions)
            let found = reason { () throws(CredentialError) in _ = try Secret(path: path) }
            #expect(found.contains(word) && found.hasPrefix(path), "\(found)")
        }
        let none = reason { () throws(CredentialError) in _ = try Secret(path: "/none/x") }
        #expect(none == "/none/x: No such file or directory")
        #expect(reason { () throws(CredentialError) in _ = try Secret(path: "/") }.contains("is no file"))
    }

    @Test("a key comes with its certificate, and others cannot read it")
    func key() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key, open) = (try file("c", 0o644), try file("k"), try file("k", 0o644))
        func reason(_ authority: String?, _ certificate: String?, _ key: String?) -> String {
            self.reason { () throws(CredentialError) in
                _ = try TLSCredentials(authority: authority, certificate: certificate, key: key)
            }
        }
        #expect(reason(certificate, certificate, key) == "none" && reason(nil, nil, nil) == "none")
        #expect(reason(nil, certificate, open).contains("others may read"))
        #expect(reason(nil, certificate, nil).contains("come together"))
        #expect(reason(nil, nil, key).contains("come together"))
        #expect(reason("/none/x", nil, nil) == "/none/x: No such file or directory")
    }

    @Test("this machine is known by numeric addresses and one name")
    func loopback() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] { #expect(Loopback.contains(host), "\(host)") }
        for host in ["127.evil.example", "127.1", "128.0.0.1", "::2", "localhost.evil.example", "", "::ffff:1.2.3.4"] {
            #expect(!Loopback.contains(host), "\(host)")
        }
    }
}
