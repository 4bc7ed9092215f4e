// Messages through a real broker.
import Foundation
import Peers
import Testing

@testable import MQTT

@Suite(.enabled(if: Broker.absence == nil, "needs mosquitto and libmosquitto1: scripts/setup.sh link"))
struct PublishTests {
    @Test("a message arrives with its topic, content type and properties, and the broker's word comes back")
    func published() throws {
        let broker = try Broker()
        let subscriber = try broker.subscriber(["-q", "1", "-t", "a/#", "-F", "%t|%p|%C|%P|%q", "-d"])
        #expect(subscriber.prints("Subscribed"))
        let watched = try Watched(broker.configuration())
        #expect(watched.connects())
        var message = MQTTMessage("a/b", "höhe 7")
        message.contentType = "text/plain"
        message.properties = [.init("schema", "1"), .init("who", "drone 1")]
        let token = try #require(watched.publish(message))
        #expect(watched.waits { $0 == .acknowledged(token) })
        #expect(subscriber.prints("a/b|höhe 7|text/plain|schema:1 who:drone 1|1"), "\(subscriber.text)")
        _ = watched.publish(MQTTMessage("a/c", "", .atMostOnce))
        #expect(subscriber.prints("a/c||||0"), "\(subscriber.text)")
        #expect(watched.acknowledged == [token])
    }

    @Test("topics that come often are numbers on the wire, and arrive as topics, whatever their quality and number")
    func aliases() throws {
        let broker = try Broker()
        let subscriber = try broker.subscriber(["-q", "1", "-t", "#", "-F", "%t %p", "-d"])
        #expect(subscriber.prints("Subscribed"))
        var configuration = broker.configuration()
        configuration.mostUnacknowledged = 1000
        let watched = try Watched(configuration)
        #expect(watched.connects())
        var wanted: [String] = []
        for number in 0..<600 {
            let topic = "camera/\(number * 7 % 15)/tracks"
            wanted.append("\(topic) \(number)")
            #expect(
                watched.publish(MQTTMessage(topic, "\(number)", number % 3 == 0 ? .atMostOnce : .atLeastOnce)) != nil)
        }
        #expect(
            subscriber.prints(" 599\n") && waits(10) { subscriber.lines.filter { $0.hasPrefix("camera") }.count >= 600 }
        )
        // Between qualities there is no order.
        #expect(subscriber.lines.filter { $0.hasPrefix("camera") }.sorted() == wanted.sorted())
    }

    @Test("an alias comes with the second message of a topic, stands alone from the third, and is never given twice")
    func aliasTable() {
        var aliases = TopicAliases(most: 2)
        func name(_ topic: String) -> String {
            let (name, alias) = aliases.name(of: MQTTMessage(topic, ""))
            return "\(name ?? "-") \(alias)"
        }
        #expect([name("long/a"), name("long/a"), name("long/a")] == ["long/a 0", "long/a 1", "- 1"])
        #expect([name("abc"), name("abc")] == ["abc 0", "abc 0"])
        #expect([name("long/b"), name("long/b"), name("long/b")] == ["long/b 0", "long/b 2", "- 2"])
        #expect([name("long/c"), name("long/c")] == ["long/c 0", "long/c 0"])
        aliases.forget("long/a")
        #expect([name("long/a"), name("long/a")] == ["long/a 0", "long/a 0"])
        var none = TopicAliases(most: 0)
        for _ in 0..<3 { #expect(none.name(of: MQTTMessage("long/a", "")).alias == 0) }
    }

    @Test("ten thousand messages go through a bounded number of places in bounded memory")
    func many() throws {
        func resident() throws -> Int {
            let words = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return (Int(words[1]) ?? 0) * 4096
        }
        let broker = try Broker("autosave_interval 100000")
        var configuration = broker.configuration()
        configuration.mostUnacknowledged = 64
        let watched = try Watched(configuration)
        #expect(watched.connects())
        let payload = [UInt8](repeating: 7, count: 2000)
        var (accepted, acknowledged, most, before) = (0, 0, 0, 0)
        let end = Date().addingTimeInterval(120)
        while acknowledged < 10_000, Date() < end {
            if accepted < 10_000, case .success = watched.client.publish(MQTTMessage(topic: "load", payload: payload)) {
                accepted += 1
                most = max(most, accepted - acknowledged)
                continue
            }
            var ready = pollfd(fd: watched.client.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&ready, 1, 1000)
            for event in watched.client.takeEvents() { if case .acknowledged = event { acknowledged += 1 } }
            if acknowledged > 1000, before == 0 { before = try resident() }
        }
        #expect(accepted == 10_000 && acknowledged == 10_000 && most <= 64)
        let grown = try resident() - before
        #expect(Sanitizer.isOn || grown < 8 << 20, "\(grown)")
    }

    @Test("what has no place, no connection or no valid topic is refused at once, and the caller keeps it")
    func refused() throws {
        let broker = try Broker()
        var configuration = broker.configuration()
        (configuration.mostUnacknowledged, configuration.mostBytes) = (3, 1000)
        let watched = try Watched(configuration)
        #expect(watched.connects())
        broker.kill()
        #expect(watched.reason().contains("127.0.0.1:\(broker.port)"))
        #expect(watched.client.publish(MQTTMessage("a", "x")) == .failure(.notConnected))
        try broker.start()
        #expect(watched.connects())
        var results: [Result<MQTTToken, MQTTRefusal>] = []
        for _ in 0..<5 { results.append(watched.client.publish(MQTTMessage("a", "x"))) }
        #expect(results.suffix(2).allSatisfy { $0 == .failure(.full) })
        // Acknowledged messages keep their places until somebody has heard of it.
        usleep(300_000)
        #expect(watched.client.publish(MQTTMessage("a", "x")) == .failure(.full))
        #expect(watched.waits { if case .acknowledged = $0 { true } else { false } })
        for topic in ["", "a/+", "a/#", "a\0b", String(repeating: "a", count: 65536)] {
            guard case .failure(.unsendable(let reason)) = watched.client.publish(MQTTMessage(topic, "x")) else {
                Issue.record("\(topic.prefix(10)) was accepted")
                continue
            }
            #expect(reason.contains("topic"))
        }
        #expect(throws: MQTTError.self) { try watched.client.subscribe("a/#/b") }
        #expect(throws: MQTTError.self) { try watched.client.subscribe("") }
    }

    @Test("what the broker does not take is told with its reason, and the connection goes on")
    func rejected() throws {
        let settings = "max_packet_size 1000\nacl_file "
        let folder = try TestFolder("acl")
        let broker = try Broker(settings + (try folder.write("acl", "topic readwrite good/#\n", permissions: 0o644)))
        let watched = try Watched(broker.configuration())
        #expect(watched.connects())
        let large = try #require(watched.publish(MQTTMessage("good/a", String(repeating: "x", count: 2000))))
        #expect(watched.waits { $0 == .rejected(large, reason: "it is larger than the broker takes", isFinal: true) })
        var exact = MQTTMessage("good/a", "")
        exact.payload = [UInt8](repeating: 7, count: 1000 - exact.packetBytes - 1)
        #expect(exact.packetBytes == 1000)
        let fitting = try #require(watched.publish(exact))
        #expect(watched.waits { $0 == .acknowledged(fitting) })
        let ends = watched.events.filter { if case .disconnected = $0 { true } else { false } }
        #expect(ends.isEmpty, "\(watched.events) \(broker.text)")
        // This broker (2.0.11) ends the connection itself with the next message after one that it has denied.
        let denied = try #require(watched.publish(MQTTMessage("bad/a", "x")))
        #expect(
            watched.waits { $0 == .rejected(denied, reason: "Not authorized", isFinal: false) }, "\(watched.events)")
    }
}
