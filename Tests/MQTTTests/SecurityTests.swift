// Who is believed, who is let in, and what is said about it.
import Credentials
import Foundation
import Peers
import Testing

@testable import MQTT

@Suite(.enabled(if: Broker.absence == nil, "needs mosquitto and libmosquitto1: scripts/setup.sh link"))
struct SecurityTests {
    /// Broker with a certificate, and its authority.
    private func encrypted(_ name: String, _ settings: String = "") throws -> (Broker, TestAuthority) {
        let authority = try TestAuthority(name: name)
        let lines = "cafile \(authority.authority)\ncertfile \(authority.certificate)\nkeyfile \(authority.key)\n"
        return (try Broker(lines + settings), authority)
    }

    private func watched(
        _ broker: Broker, _ credentials: TLSCredentials, host: String = "localhost", anyName: Bool = false
    ) throws -> Watched {
        var configuration = broker.configuration()
        configuration.host = host
        configuration.encryption = anyName ? .tlsForAnyName(credentials) : .tls(credentials)
        return try Watched(configuration)
    }

    @Test("a broker is believed when the authority vouches for it and the name is right, and else refused in one line")
    func certificates() throws {
        let (broker, authority) = try encrypted("DNS:localhost")
        let credentials = try TLSCredentials(authority: authority.authority)
        let good = try watched(broker, credentials)
        #expect(good.connects(), "\(good.events)")
        let token = try #require(good.publish(MQTTMessage("a", "x")))
        #expect(good.waits { $0 == .acknowledged(token) })

        let name = try watched(broker, credentials, host: "127.0.0.1").reason()
        #expect(name == "127.0.0.1:\(broker.port): the broker's certificate is for another name than 127.0.0.1")
        #expect(try watched(broker, credentials, host: "127.0.0.1", anyName: true).connects())

        let others = try TestAuthority()
        let other = try TLSCredentials(authority: others.authority)
        for (credentials, authority) in [(other, other.authority ?? ""), (.system, "the system's authorities")] {
            let reason = try watched(broker, credentials).reason()
            #expect(
                reason
                    == "localhost:\(broker.port): "
                    + "nobody who is believed vouches for the broker's certificate (\(authority))"
            )
        }
        var plain = broker.configuration()
        plain.answerPatience = 2
        let reason = try Watched(plain).reason()
        #expect(reason.hasPrefix("127.0.0.1:\(broker.port): ") && !reason.contains("\n"), "\(reason)")
    }

    @Test("a broker that asks for certificates lets in who has one")
    func clientCertificates() throws {
        let (broker, authority) = try encrypted("DNS:localhost", "require_certificate true\n")
        let credentials = try TLSCredentials(
            authority: authority.authority, certificate: authority.clientCertificate, key: authority.clientKey)
        #expect(try watched(broker, credentials).connects())
        let reason = try watched(broker, try TLSCredentials(authority: authority.authority)).reason()
        #expect(reason.hasPrefix("localhost:\(broker.port): ") && !reason.contains("\n"), "\(reason)")
    }

    @Test("a password comes from a file that others cannot read, and a wrong one is one clear line without it")
    func passwords() throws {
        let folder = try TestFolder("passwords")
        try folder.write("users", "drone:mountain-7\n")
        let tool = try #require(PeerProcess.path(of: "mosquitto_passwd"))
        #expect(try PeerProcess.run(tool, ["-U", folder.path("users")]).0 == 0)
        let broker = try Broker("password_file \(folder.path("users"))", anonymous: false)
        var configuration = broker.configuration()
        configuration.user = "drone"
        configuration.passwordFile = try folder.write("password", "mountain-7\n")
        #expect(try Watched(configuration).connects())
        try folder.write("password", "valley-8\n")
        let watched = try Watched(configuration)
        let reason = watched.reason()
        #expect(reason.contains("the broker refused: ") && reason.contains("uthori"), "\(reason)")
        // The right one later is taken without a new client.
        try folder.write("password", "mountain-7\n")
        #expect(watched.connects())
        var shown = ""
        dump(configuration, to: &shown)
        #expect(!(shown + "\(watched.events)").contains("mountain"))
        try folder.write("password", "mountain-7\n", permissions: 0o644)
        #expect { try MQTTClient(configuration) } throws: { "\($0)".contains("others may read this secret") }
        #expect(try Watched(broker.configuration()).reason().contains("the broker refused: "))
    }

    @Test("another machine needs TLS or an explicit word, and what cannot work is said before anything is tried")
    func configurations() {
        func reason(_ change: (inout MQTTConfiguration) -> Void) -> String {
            var configuration = MQTTConfiguration(host: "127.0.0.1", client: "x", encryption: .none)
            change(&configuration)
            do throws(MQTTError) {
                _ = try MQTTClient(configuration)
                return "none"
            } catch { return "\(error)" }
        }
        #expect(MQTTConfiguration(host: "h", client: "x").port == 8883)
        #expect(reason { $0.host = "broker.example" }.contains("needs TLS"))
        #expect(reason { $0.host = "127.evil.example" }.contains("needs TLS"))
        #expect(reason { $0.host = "" }.contains("host is missing"))
        #expect(reason { $0.client = "" }.contains("name of 1 to 256"))
        #expect(reason { $0.port = 0 }.contains("port 0"))
        #expect(reason { $0.keepAlive = 1 }.contains("keep-alive"))
        #expect(reason { $0.passwordFile = "/none" }.contains("needs a user"))
        #expect(reason { ($0.user, $0.passwordFile) = ("u", "/none/x") } == "/none/x: No such file or directory")
        #expect(reason { $0.will = MQTTMessage("a/#", "") }.contains("the last will has a topic"))
    }

    @Test("hosts that are not there, do not speak MQTT or never answer are one clear line each, told once")
    func peers() throws {
        func watched(_ host: String, _ port: Int) throws -> Watched {
            var configuration = MQTTConfiguration(host: host, port: port, client: "x", encryption: .noneAnywhere)
            (configuration.shortestPause, configuration.longestPause, configuration.answerPatience) = (0.05, 0.1, 0.5)
            return try Watched(configuration)
        }
        let free = try Listener.freePort()
        let refused = try watched("127.0.0.1", free)
        #expect(refused.reason() == "127.0.0.1:\(free): Connection refused")
        #expect(refused.reason(1) == "none")
        let unknown = try watched("broker.invalid", 1883).reason()
        #expect(unknown.hasPrefix("broker.invalid:1883: ") && unknown.contains("ame"), "\(unknown)")
        let silent = try Listener()
        let answer = try watched("127.0.0.1", silent.port)
        #expect(answer.reason().contains("took the connection and did not answer within 0.5 s"))
        #expect(answer.reason(2) == "none" && silent.connections >= 2)
        // What a broker of MQTT 3.1 says to clients of all later versions.
        let old = try Listener(answer: [0x20, 2, 0, 1])
        #expect(try watched("127.0.0.1", old.port).reason().contains("does not speak MQTT 5 or 3.1.1"))
        let nonsense = [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "220 mail\r\n", "nonsense\n", "\u{ff}\u{0}\u{0}",
        ]
        for answer in nonsense {
            let other = try Listener(answer: Array(answer.utf8))
            let reason = try watched("127.0.0.1", other.port).reason()
            #expect(reason.hasPrefix("127.0.0.1:\(other.port): ") && !reason.contains("\n"), "\(reason)")
            #expect(!reason.contains("Success"), "\(answer)")
        }
    }

    @Test("a broker that takes messages and acknowledges none is left")
    func unacknowledging() throws {
        // CONNACK of version 5 without properties.
        let broker = try Listener(answer: [0x20, 3, 0, 0, 0])
        var configuration = MQTTConfiguration(host: "127.0.0.1", port: broker.port, client: "x", encryption: .none)
        configuration.acknowledgePatience = 0.5
        let watched = try Watched(configuration)
        #expect(watched.connects())
        let token = try #require(watched.publish(MQTTMessage("a", "x")))
        var (reason, tokens) = ("", [MQTTToken]())
        watched.waits {
            guard case .disconnected(let why, let which) = $0 else { return false }
            (reason, tokens) = (why, which)
            return true
        }
        #expect(reason.contains("acknowledged nothing for 0.5 s") && tokens == [token])
    }
}
