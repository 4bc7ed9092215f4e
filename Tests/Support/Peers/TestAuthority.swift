// Certificates for tests, made by openssl.
import Foundation

/// An authority of its own, with a server's and a client's certificate, in files.
public struct TestAuthority {
    public let authority, certificate, key, clientCertificate, clientKey: String
    private let files: TestFolder

    public static var isAvailable: Bool { PeerProcess.path(of: "openssl") != nil }

    /// - Parameter name: of the server, as its certificate has it: `DNS:localhost,IP:127.0.0.1`.
    public init(name: String = "DNS:localhost,IP:127.0.0.1") throws {
        let openssl = PeerProcess.path(of: "openssl") ?? "openssl"
        let files = try TestFolder("authority")
        let folder = files.url
        func run(_ line: String) throws {
            let (status, text) = try PeerProcess.run(openssl, line.split(separator: " ").map(String.init), in: folder)
            guard status == 0 else { throw PeerError(text: text) }
        }
        func file(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let make = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        try run("req -x509 \(make) -keyout ca.key -out ca.pem -days 2 -subj /CN=arete-test-authority")
        for (who, names) in [("server", name), ("client", "DNS:client")] {
            try run("req \(make) -keyout \(who).key -out \(who).csr -subj /CN=\(who)")
            try "subjectAltName=\(names)\n".write(toFile: file("\(who).ext"), atomically: true, encoding: .utf8)
            try run(
                "x509 -req -in \(who).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
                    + "-extfile \(who).ext -out \(who).pem"
            )
        }
        for key in ["server.key", "client.key"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(key))
        }
        self.files = files
        (authority, certificate, key) = (file("ca.pem"), file("server.pem"), file("server.key"))
        (clientCertificate, clientKey) = (file("client.pem"), file("client.key"))
    }
}
