// Streams, and what is agreed on over them.
import TestSupport
import Testing

@testable import TAK

@Suite struct SessionTests {
    @Test("events come out of a stream whole, in both forms and in whatever pieces they come", arguments: 1...3)
    func pieces(seed: Int) throws {
        var events = RandomEvents(random: SplitMix(state: UInt64(seed)))
        let sent = (0..<200).map { _ in events.event() }
        var bytes: [UInt8] = []
        for event in sent { bytes += events.chance() ? Array(event.xml.utf8) + [0x0a] : event.streamPacket }
        var (stream, found) = (TAKStream(), [CoTEvent]())
        while !bytes.isEmpty {
            let count = min(events.number(1...700), bytes.count)
            stream.add(bytes[..<count])
            bytes.removeFirst(count)
            while let event = try stream.next() { found.append(event) }
        }
        #expect(found == sent)
    }

    @Test("one event that cannot be read does not hide the next; what is longer than allowed ends the stream")
    func damaged() throws {
        var events = RandomEvents(random: SplitMix(state: 9))
        let event = events.event()
        var stream = TAKStream(mostBytes: 2000)
        stream.add(Array("<event uid='x'></event>".utf8) + [0xbf, 2, 0xff, 0xff] + event.streamPacket)
        for _ in 0..<2 {
            guard case .event = refusal(&stream) else {
                Issue.record("it reads what is none")
                return
            }
        }
        #expect(try stream.next() == event && stream.next() == nil)
        stream.add([0xbf, 0xff, 0x7f])
        #expect(refusal(&stream)?.description.contains("longer than 2000 bytes") == true)
        for start in ["<event>" + String(repeating: "x", count: 2100), "GET / HTTP/1.1"] {
            var other = TAKStream(mostBytes: 2000)
            other.add(start.utf8)
            guard case .stream = refusal(&other) else {
                Issue.record("\(start.prefix(10)) goes on")
                return
            }
        }
    }

    /// Why the next event cannot be read.
    private func refusal(_ stream: inout TAKStream) -> TAKError? {
        do throws(TAKError) { _ = try stream.next() } catch { return error }
        return nil
    }

    @Test("mutated streams never trap and end", arguments: 1...2)
    func mutated(seed: Int) {
        var events = RandomEvents(random: SplitMix(state: UInt64(seed) &+ 77))
        for _ in 0..<2000 {
            var bytes: [UInt8] = []
            for _ in 0..<3 {
                let event = events.event()
                bytes += events.chance() ? Array(event.xml.utf8) : event.streamPacket
            }
            for _ in 0..<events.number(1...5) {
                bytes[events.number(0...bytes.count - 1)] = UInt8(events.number(0...255))
            }
            var (stream, turns) = (TAKStream(mostBytes: 5000), 0)
            stream.add(bytes)
            while turns < 100 {
                turns += 1
                do throws(TAKError) { if try stream.next() == nil { break } } catch {
                    if case .stream = error { break }
                }
            }
            #expect(turns < 100)
        }
    }

    private func control(_ type: String, _ inside: String) -> [UInt8] {
        let text = """
            <event version='2.0' uid='protouid' type='\(type)' time='2026-11-23T02:40:01Z' \
            start='2026-11-23T02:40:01Z' \
            stale='2026-11-23T02:41:01Z' how='m-g'><point lat='0.0' lon='0.0' hae='0.0' ce='999999' le='999999'/>\
            <detail><TakControl>\(inside)</TakControl></detail></event>
            """
        return Array(text.utf8)
    }

    private func taken(_ session: inout TAKSession, at now: Int) -> [UInt8] {
        let bytes = Array(session.outgoing)
        session.sent(bytes.count, at: now)
        return bytes
    }

    @Test(
        "a server that offers version 1 gets XML until both have agreed, and then protobuf; nothing is sent in between")
    func agreed() throws {
        var events = RandomEvents(random: SplitMix(state: 5))
        let event = events.event()
        var session = TAKSession(uid: "arete", at: 0)
        let first = session.send(event, at: 0)
        #expect(first && taken(&session, at: 0) == Array(event.xml.utf8))
        let offer = control("t-x-takp-v", "<TakProtocolSupport version='1'/><TakServerVersionInfo serverVersion='4'/>")
        let news = try session.receive(offer, at: 10, time: 1_795_401_601_123)
        #expect(news.events.isEmpty && news.unreadable.isEmpty)
        let request = try CoTEvent(xml: taken(&session, at: 10))
        #expect(request.uid == "protouid" && request.type == .protocolRequest)
        #expect(request.xml.contains("<TakControl><TakRequest version=\"1\"/></TakControl>"))
        let between = session.send(event, at: 11)
        #expect(!between && session.outgoing.isEmpty && session.form == .xml)
        try session.advance(to: 50_000, time: 0)
        #expect(session.outgoing.isEmpty)
        _ = try session.receive(
            control("t-x-takp-r", "<TakResponse status='true'/>") + event.streamPacket, at: 20, time: 0)
        let after = session.send(event, at: 21)
        #expect(after && session.form == .protobuf && taken(&session, at: 21) == event.streamPacket)
    }

    @Test("a server that says no, or offers other versions only, gets XML; one that does not answer is left")
    func refused() throws {
        var events = RandomEvents(random: SplitMix(state: 6))
        let event = events.event()
        var session = TAKSession(uid: "arete", at: 0)
        _ = try session.receive(control("t-x-takp-v", "<TakProtocolSupport version='2'/>"), at: 1, time: 0)
        #expect(session.outgoing.isEmpty)
        _ = try session.receive(control("t-x-takp-v", "<TakProtocolSupport version='1'/>"), at: 1, time: 0)
        #expect(!session.outgoing.isEmpty)
        var silent = session
        #expect { try silent.advance(to: 70_000, time: 0) } throws: { "\($0)".contains("has not answered for 60 s") }
        _ = taken(&session, at: 1)
        _ = try session.receive(control("t-x-takp-r", "<TakResponse status='false'/>"), at: 2, time: 0)
        let sent = session.send(event, at: 3)
        #expect(sent && taken(&session, at: 3) == Array(event.xml.utf8))
    }

    @Test("signs of life are sent in silence, a server that has stopped answering is left, and what waits is bounded")
    func life() throws {
        var session = TAKSession(uid: "arete", at: 0, mostBytes: 4000)
        try session.advance(to: 14_000, time: 0)
        #expect(session.outgoing.isEmpty)
        try session.advance(to: 15_000, time: 1_795_401_601_123)
        let ping = try CoTEvent(xml: taken(&session, at: 15_000))
        #expect(ping.type == .ping && ping.uid == "arete-ping")
        // One that never answered may be silent.
        try session.advance(to: 120_000, time: 0)
        _ = taken(&session, at: 120_000)
        var pong = ping
        pong.type = .pong
        let news = try session.receive(Array(pong.xml.utf8), at: 121_000, time: 0)
        #expect(news.events.isEmpty)
        var other = session
        #expect { try other.advance(to: 182_000, time: 0) } throws: { "\($0)".contains("silent for 60 s") }
        var events = RandomEvents(random: SplitMix(state: 8))
        let event = events.event()
        var count = 0
        while session.send(event, at: 122_000) { count += 1 }
        #expect(count > 0 && session.outgoing.count <= 4000)
        try session.advance(to: 122_000, time: 0)
        _ = try session.receive(Array(pong.xml.utf8), at: 181_500, time: 0)
        #expect { try session.advance(to: 183_000, time: 0) } throws: { "\($0)".contains("taken nothing for 60 s") }
    }
}
