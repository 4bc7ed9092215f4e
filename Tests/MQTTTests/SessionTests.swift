// Connections that end, and what outlives them.
import Foundation
import Peers
import Testing

@testable import MQTT

@Suite(.enabled(if: Broker.absence == nil, "needs mosquitto and libmosquitto1: scripts/setup.sh link"))
struct SessionTests {
    /// The version that a client begins with: of CONNECT, behind a length of one byte and the protocol's name.
    private static func version(_ bytes: [UInt8]) -> UInt8? { bytes.count > 8 ? bytes[8] : nil }

    @Test("a broker of MQTT 3.1.1 is spoken to in that, with what it has no place for left out")
    func old() throws {
        let broker = try Broker()
        let relay = try Relay(to: broker.port) { Self.version($0) == 5 ? [0x20, 2, 0, 1] : nil }
        let subscriber = try broker.subscriber(["-q", "1", "-t", "a/#", "-F", "%t|%p|%C|%q", "-d"])
        #expect(subscriber.prints("Subscribed"))
        var configuration = broker.configuration()
        (configuration.port, configuration.will) = (relay.port, MQTTMessage("a/will", "lost"))
        let watched = try Watched(configuration)
        try watched.client.subscribe("down/#")
        #expect(watched.waits { $0 == .connected(hasSession: false) })
        for count in 0..<3 {
            var message = MQTTMessage("a/b", "\(count)")
            message.contentType = "text/plain"
            message.properties = [.init("schema", "1")]
            let token = try #require(watched.publish(message))
            #expect(watched.waits { $0 == .acknowledged(token) })
            #expect(subscriber.prints("a/b|\(count)||1"), "\(subscriber.text)")
        }
        // What the broker keeps comes when the connection is back, and the will is said when it is lost.
        relay.cut()
        #expect(subscriber.prints("a/will|lost||1"), "\(subscriber.text)")
        #expect(watched.waits { $0 == .connected(hasSession: true) }, "\(watched.events)")
        let (status, told) = try PeerProcess.run(
            "/usr/bin/mosquitto_pub",
            ["-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-t", "down/x", "-m", "back"])
        #expect(status == 0, "\(told)")
        let came = watched.waits { if case .message(let message) = $0 { message.topic == "down/x" } else { false } }
        #expect(came)
        // Not over the last end of a session that nobody wants to go on.
        watched.client.close(within: 5)
        configuration.sessionExpiry = 0
        #expect(try Watched(configuration).waits { $0 == .connected(hasSession: false) })
    }

    @Test("a client goes on at another host of its broker where one is gone, and tells each reason once")
    func hosts() throws {
        let (first, second) = (try Broker(), try Broker())
        var configuration = first.configuration()
        configuration.others = [.init("127.0.0.1", second.port), .init("127.0.0.1", try Listener.freePort())]
        let watched = try Watched(configuration)
        // Wherever it began.
        for gone in [first, second, first] {
            gone.kill()
            // What was on its way to the one that is gone is lost.
            let isTaken = (0..<20).contains { _ in
                watched.publish(MQTTMessage("a", "b")).map { token in
                    watched.waits(1) { $0 == .acknowledged(token) }
                } ?? false
            }
            #expect(isTaken, "\(watched.events)")
            try gone.start()
        }
        let refused = watched.events.filter {
            if case .disconnected(let reason, _) = $0 { reason.contains("refused") } else { false }
        }
        // Two hosts are gone, and their reasons count anew after each connection.
        #expect(refused.count <= 2 * 4, "\(refused)")
    }

    @Test(
        "a broker that is killed again and again loses nothing that was acknowledged, when the rest is published again")
    func killed() throws {
        let broker = try Broker("max_inflight_messages 0")
        let subscriber = try broker.subscriber([
            "-q", "1", "-c", "-i", "reader", "-x", "3600", "-t", "kept", "-F", "%p", "-d",
        ])
        #expect(subscriber.prints("Subscribed"))
        let watched = try Watched(broker.configuration())
        // The durable outbox of a program, as short as it can be.
        var (waiting, flying, done, next) = ([Int](), [MQTTToken: Int](), Set<Int>(), 0)
        var lost = 0
        let began = Date()
        let (total, step) = (2000, 400)
        var kills = 0
        func missing() -> Set<Int> {
            done.subtracting(subscriber.lines.compactMap { $0.hasPrefix("n") ? Int($0.dropFirst()) : nil })
        }
        func turn() {
            if next < total, waiting.count < 50 {
                waiting.append(next)
                next += 1
            }
            if let first = waiting.first,
                case .success(let token) = watched.client.publish(MQTTMessage("kept", "n\(first)"))
            {
                flying[token] = first
                waiting.removeFirst()
            } else {
                var ready = pollfd(fd: watched.client.descriptor, events: Int16(POLLIN), revents: 0)
                poll(&ready, 1, 20)
            }
            collect()
        }
        func collect() {
            for event in watched.client.takeEvents() {
                switch event {
                case .acknowledged(let token):
                    if let number = flying.removeValue(forKey: token) { done.insert(number) }
                case .disconnected(_, let tokens):
                    lost += tokens.count
                    waiting = tokens.compactMap { flying.removeValue(forKey: $0) } + waiting
                default: break
                }
            }
        }
        while done.count < total, Date().timeIntervalSince(began) < 90 {
            turn()
            guard kills < 4, done.count > step * (kills + 1) else { continue }
            // This broker says that it has a message before that is on its disk, and those for somebody who is not
            // there then are lost with it. So it is killed when the subscriber has all that was acknowledged, and
            // others are under way.
            let isQuiet = waits(20) {
                collect()
                return flying.isEmpty && missing().isEmpty
            }
            try #require(isQuiet, "\(flying.count) \(missing().count)")
            broker.pause()
            for _ in 0..<20 { turn() }
            kills += 1
            broker.kill()
            try broker.start()
        }
        #expect(kills == 4 && done.count == total && flying.isEmpty && lost > 0, "\(kills) \(done.count) \(lost)")
        #expect(waits(20) { missing().isEmpty }, "\(missing().count) of \(done.count) are missing")
    }

    @Test(
        "a birth message is kept for later; the last will is told when a client is lost, not after a goodbye"
    )
    func will() throws {
        let broker = try Broker()
        let subscriber = try broker.subscriber(["-q", "1", "-t", "state/+", "-F", "%t=%p %r", "-d"])
        #expect(subscriber.prints("Subscribed"))
        var configuration = broker.configuration("box")
        configuration.will = MQTTMessage("state/box", "lost", retained: true)
        let relay = try Relay(to: broker.port)
        configuration.port = relay.port
        let first = try Watched(configuration)
        #expect(first.connects())
        let token = try #require(first.publish(MQTTMessage("state/box", "here", retained: true)))
        #expect(first.waits { $0 == .acknowledged(token) } && subscriber.prints("state/box=here 0"))
        let late = try broker.subscriber(["-q", "1", "-t", "state/box", "-F", "%t=%p %r"])
        #expect(late.prints("state/box=here 1"))
        relay.cut()
        #expect(subscriber.prints("state/box=lost"), "\(subscriber.text)")
        #expect(first.connects())
        let count = { subscriber.lines.filter { $0.contains("=lost") }.count }
        let before = count()
        first.client.close(within: 5)
        #expect(first.reason() == "closed")
        usleep(300_000)
        #expect(count() == before)
    }

    @Test("the one of two clients of one name that loses its place says so, and both do not chase each other at once")
    func sameName() throws {
        let broker = try Broker()
        let first = try Watched(broker.configuration("box"))
        #expect(first.connects())
        var configuration = broker.configuration("box")
        (configuration.shortestPause, configuration.longestPause) = (60, 60)
        let second = try Watched(configuration)
        let reason = first.reason()
        // Some brokers say why, this one does not.
        #expect(
            reason.hasPrefix("127.0.0.1:\(broker.port): the ") || reason.hasSuffix("The connection was lost"),
            "\(reason)")
        #expect(second.connects() && first.connects())
    }

    @Test(
        "subscriptions and what waits for them outlive connections, and nothing is lost where a caller takes its time")
    func subscribed() throws {
        let broker = try Broker()
        var configuration = broker.configuration("reader")
        configuration.mostWaiting = 10
        let reader = try Watched(configuration)
        try reader.client.subscribe("in/+")
        #expect(reader.connects())
        let writer = try Watched(broker.configuration("writer"))
        #expect(writer.connects())
        usleep(300_000)
        var numbers: [Int] { reader.messages.compactMap { Int(String(decoding: $0.payload, as: UTF8.self)) } }
        var last: MQTTToken?
        for number in 0..<300 { last = writer.publish(MQTTMessage("in/a", "\(number)")) }
        #expect(last.map { last in writer.waits { $0 == .acknowledged(last) } } == true)
        usleep(500_000)
        let waiting = reader.client.takeEvents().count
        #expect(waiting < 100, "\(waiting)")
        #expect(waits(20) { reader.waits(0.1) { _ in false } || numbers.count + waiting >= 300 })
        reader.client.close(within: 5)
        for number in 300..<320 { last = writer.publish(MQTTMessage("in/b", "\(number)")) }
        #expect(last.map { last in writer.waits { $0 == .acknowledged(last) } } == true)
        let again = try Watched(configuration)
        #expect(again.waits { $0 == .connected(hasSession: true) })
        #expect(waits(20) { again.waits(0.1) { _ in false } || again.messages.count >= 20 })
        #expect(again.messages.map { String(decoding: $0.payload, as: UTF8.self) } == (300..<320).map { "\($0)" })
        #expect(again.messages.allSatisfy { $0.topic == "in/b" && $0.quality == .atLeastOnce })
    }

    @Test("a subscription that is not allowed is told")
    func notSubscribed() throws {
        // CONNACK, and a SUBACK that refuses the first: mosquitto allows every subscription and then delivers nothing.
        let broker = try Listener(answer: [0x20, 3, 0, 0, 0], another: [0x90, 4, 0, 1, 0, 0x87])
        let watched = try Watched(
            MQTTConfiguration(host: "127.0.0.1", port: broker.port, client: "x", encryption: .none))
        try watched.client.subscribe("secret/#")
        #expect(
            watched.waits { $0 == .notSubscribed(filter: "secret/#", reason: "Not authorized") }, "\(watched.events)")
    }

    @Test("a client that is closed or let go ends soon, whatever its connection is doing")
    func closing() throws {
        let silent = try Listener()
        for host in ["127.0.0.1", "192.0.2.1"] {
            var configuration = MQTTConfiguration(host: host, port: silent.port, client: "x", encryption: .noneAnywhere)
            configuration.answerPatience = 60
            let began = Date()
            let client = try MQTTClient(configuration)
            #expect(Date().timeIntervalSince(began) < 0.5)
            usleep(100_000)
            client.close(within: 0.5)
            #expect(Date().timeIntervalSince(began) < 2)
        }
        #expect(silent.connections == 1)
    }
}
