// Serial lines and radios that carry packets.
import Foundation
import Peers
import TestSupport
import Testing

@testable import Link

@Suite struct PortTests {
    private func open(_ carrier: String, _ line: PseudoTerminal) throws -> any PacketPort {
        try PortPlace("\(carrier):\(line.path)").open(listens: false)
    }

    /// What a port writes until `isEnough`, with a turn each millisecond of a clock of its own.
    private func written(
        _ port: any PacketPort, _ line: PseudoTerminal, from now: inout Int, until isEnough: ([UInt8]) -> Bool
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<2000 where !isEnough(bytes) {
            now += 1
            _ = port.turn(at: now)
            bytes += line.read(within: 1)
        }
        return bytes
    }

    @Test("a packet is on the line between zeros, and what comes is read whatever noise was before")
    func cobs() throws {
        let line = try PseudoTerminal()
        let port = try open("serial", line)
        #expect(port.turn(at: 0) > 0 && port.isReady && port.trouble == nil && port.descriptor >= 0)
        port.send([1, 0, 2], to: nil)
        var now = 0
        let bytes = written(port, line, from: &now) { $0.count >= 6 }
        #expect(bytes == [0, 2, 1, 2, 2, 0])
        line.write([7, 7, 0, 2, 9, 1, 0])
        let found = waits(1) { port.receive().map { $0.packet == [9, 0] } ?? false }
        #expect(found)
    }

    @Test("a line that is unplugged says so, takes nothing, and comes back by itself")
    func unplugged() throws {
        let folder = try TestFolder("port")
        let cable = try SerialCable(in: folder.url)
        let port = try PortPlace("serial:\(cable.right)").open(listens: false)
        cable.unplug()
        _ = waits(1) {
            _ = port.receive()
            return port.descriptor < 0
        }
        #expect(port.trouble?.contains("was unplugged") == true && !port.isReady && port.descriptor == -1)
        port.send([1], to: nil)
        #expect((1...5000).contains(port.turn(at: 10)))
        _ = port.turn(at: 1000)
        #expect(port.trouble?.contains("there is no such port") == true)
        try cable.plug()
        _ = port.turn(at: 100_000)
        #expect(port.isReady && port.trouble == nil)
    }

    /// A frame of Meshtastic's stream protocol.
    private func framed(_ bytes: [UInt8]) -> [UInt8] { [0x94, 0xc3, 0, UInt8(bytes.count)] + bytes }

    @Test("a mesh radio takes the next packet when it says that nothing waits in it, or has said nothing for long")
    func meshtastic() throws {
        let line = try PseudoTerminal()
        let port = try open("meshtastic", line)
        var now = 0
        let question = written(port, line, from: &now) { $0.count >= 40 }
        #expect(question.suffix(8) == [0x94, 0xc3, 0, 4, 0x18, 0xac, 0x9e, 0x04])
        #expect(!port.isReady && port.trouble == nil)
        now += 5000
        _ = port.turn(at: now)
        #expect(port.trouble?.contains("no Meshtastic radio answers") == true)
        // Its settings end, with the number that was asked with.
        line.write(framed([0x38, 0xac, 0x9e, 0x04]))
        let heartbeat = framed([0x3a, 0])
        #expect(written(port, line, from: &now) { $0.count >= 6 } == heartbeat)
        #expect(!port.isReady && port.trouble == nil)
        func room(_ free: UInt8) -> [UInt8] { framed([0x5a, 2, 0x10, free]) }
        line.write(room(16))
        _ = written(port, line, from: &now) { _ in port.isReady }
        port.send([1, 2, 3], to: nil)
        #expect(!port.isReady)
        let frame = written(port, line, from: &now) { $0.count >= 4 && $0.count >= 4 + Int($0[3]) }
        #expect(frame.starts(with: [0x94, 0xc3, 0]) && frame.count > 20)
        line.write(room(15))
        let asked = written(port, line, from: &now) { $0.count >= 6 }
        #expect(asked == heartbeat && !port.isReady)
        line.write(room(16))
        _ = written(port, line, from: &now) { _ in port.isReady }
        #expect(port.isReady)
        port.send([4], to: nil)
        now += 10_000
        _ = port.turn(at: now)
        #expect(port.isReady)
    }

    @Test("a satellite modem takes a packet at a time, and the newer one where one waits for its next try")
    func satellite() throws {
        let line = try PseudoTerminal()
        let port = try open("iridium", line)
        var now = 0
        _ = port.turn(at: now)
        #expect(port.isReady)
        port.send([1, 2], to: nil)
        #expect(!port.isReady)
        func ask(_ command: String, _ answer: String) {
            let bytes = written(port, line, from: &now) { String(decoding: $0, as: UTF8.self).hasSuffix(command) }
            #expect(String(decoding: bytes, as: UTF8.self) == command)
            line.write(Array(answer.utf8))
        }
        ask("ATE0\r", "\r\nOK\r\n")
        ask("AT&K0\r", "\r\nOK\r\n")
        ask("AT+SBDWB=2\r", "READY\r\n")
        #expect(written(port, line, from: &now) { $0.count >= 4 } == [1, 2, 0, 3])
        line.write(Array("0\r\n\r\nOK\r\n".utf8))
        ask("AT+SBDIX\r", "\r\n+SBDIX: 32, 1, 2, 0, 0, 0\r\n\r\nOK\r\n")
        _ = written(port, line, from: &now) { _ in port.trouble != nil }
        #expect(port.trouble?.contains("no satellite in sight") == true && !port.isReady)
        port.send([5], to: nil)
        now += 6000
        ask("AT+SBDWB=1\r", "READY\r\n")
        #expect(written(port, line, from: &now) { $0.count >= 3 } == [5, 0, 5])
        line.write(Array("0\r\n\r\nOK\r\n".utf8))
        ask("AT+SBDIX\r", "\r\n+SBDIX: 0, 1, 0, 0, 0, 0\r\n\r\nOK\r\n")
        _ = written(port, line, from: &now) { _ in port.isReady }
        #expect(port.isReady && port.trouble == nil)
    }

    @Test("places of radios are written in one way, and their packets have the limits of what carries them")
    func places() throws {
        for (text, told) in [
            ("udp://[::1]:7400", "udp:[::1]:7400"), ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0:57600"),
            (
                "meshtastic:/dev/serial/by-path/pci-0000:00:14.0-usb",
                "meshtastic:/dev/serial/by-path/pci-0000:00:14.0-usb:115200"
            ),
            ("iridium:/dev/ttyS1:9600", "iridium:/dev/ttyS1:9600"),
            ("mavlink:udp:127.0.0.1:14550,system=2", "mavlink:udp:127.0.0.1:14550,system=2"),
            ("mavlink:/dev/ttyS1,component=1,system=2", "mavlink:/dev/ttyS1:57600,system=2,component=1"),
            ("mqtts:broker.example/a/b", "mqtts:broker.example:8883/a/b"),
            ("mqtt://[::1]:1884/t,user=u,password=/p,client=c", "mqtt:[::1]:1884/t,client=c,password=/p,user=u"),
            (
                "mqtts:a/t,host=[::1],client=c,host=b:88", "mqtts:a:8883/t,host=[::1]:8883,host=b:88,client=c"
            ),
            (
                "mqtts:h/t,plain,key=k,ca=a,certificate=b,password=p=q",
                "mqtts:h:8883/t,ca=a,certificate=b,key=k,password=p=q,plain"
            ),
            ("mavlink:/dev/ttyS1,key=a=b:1,system=2", "mavlink:/dev/ttyS1:57600,system=2,key=a=b:1"),
        ] {
            let place = try PortPlace(text)
            let again = try PortPlace(told)
            #expect(place.description == told && again == place)
        }
        let limits = PortPlace.Carrier.allCases.map {
            ($0.mostPacketBytes, $0.usualPacketBytes, $0.headerBytes(of: 128))
        }
        #expect(limits.map(\.0) == [1200, 1200, 233, 340, 128, 1200, 1200])
        #expect(limits.map(\.1) == [233, 233, 233, 340, 128, 233, 233])
        #expect(limits.map(\.2) == [28, 2, 21, 0, 17, 84, 62])
        let wrong = [
            "", ":", "udp", "udp:", "serial:", "serial:x", "mavlink:", "mavlink:udp:", "mavlink:/x,", "mavlink:/x,key=",
            "serial:/x,key=y",
            "mavlink:/x,key=y,key=y", "iridium:/x:1", "mqtt:h", "mqtt:h/", "mqtt:/t", "mqtts:h/a+", "mqtts:h/t,",
            "mqtts:h/t,x=1",
            "mqtts:h/t,client=", "mqtts:h/t,client=a/b", "mqtts:h/t,certificate=c", "mqtt:h/t,ca=c", "mqtt:h/t,plain=1",
            "mqtt:h/t,host=", "mqtt:h/t,host", "mqtt:h/t,host=x:y", "mqtt:h/t,host=a/b", "mqtt:h/t,client=a,client=b",
            "mqtt:h/" + String(repeating: "t", count: 200),
        ]
        let taken = wrong.filter { (try? PortPlace($0)) != nil }
        #expect(taken.isEmpty)
    }

    @Test("no text is a place by a trap")
    func anyPlace() {
        let seed: UInt64 = 0x706f7274
        var random = SplitMix(state: seed)
        let signs = Array("udpserialmavlinkkeymqttclientplain:/[],=+#0123456789.é\0")
        let beginnings = PortPlace.Carrier.allCases.map { $0.rawValue + ":" } + ["mavlink:udp:", ""]
        var places = 0
        for _ in 0..<20_000 {
            var text = beginnings[Int(random.next() % UInt64(beginnings.count))]
            for _ in 0..<random.next() % 12 { text.append(signs[Int(random.next() % UInt64(signs.count))]) }
            guard let place = try? PortPlace(text) else { continue }
            places += 1
            if (try? PortPlace(place.description)) != place { Issue.record("seed \(seed): \(text)") }
        }
        #expect(places > 0)
    }

    @Test("packets go through TUNNEL messages to a station that listens, and its answers come back")
    func tunnel() throws {
        let number = 21_000 + Int.random(in: 0..<20_000)
        let station = try PortPlace("mavlink:udp:127.0.0.1:\(number)").open(listens: true)
        let port = try PortPlace("mavlink:udp:localhost:\(number)").open(listens: false, mayBeAway: true)
        var now = 0
        let opened = waits(5) {
            now += 1
            return port.turn(at: now) > 0 && port.isReady
        }
        #expect(opened && port.trouble == nil)
        port.send(Array(0..<128), to: nil)
        var peer: PacketPeer?
        let came = waits(2) {
            guard let found = station.receive() else { return false }
            peer = found.peer
            return found.packet == Array(0..<128)
        }
        #expect(came)
        station.send([0, 0, 0], to: peer)
        let answered = waits(2) { port.receive().map { $0.packet == [0, 0, 0] } ?? false }
        #expect(answered)
    }

    @Test("a place that nobody knows holds nobody up, says why, and is asked for again, less and less often")
    func nowhere() throws {
        for carrier in ["", "mavlink:"] {
            let port = try PortPlace(carrier + "udp:nowhere.invalid:9").open(listens: false, mayBeAway: true)
            var pauses: [Int] = []
            var now = 0
            for _ in 0..<3 {
                let began = ContinuousClock.now
                var longest = Duration.zero
                let failed = waits(60) {
                    let before = ContinuousClock.now
                    _ = port.turn(at: now)
                    longest = max(longest, before.duration(to: .now))
                    return port.trouble != nil && port.turn(at: now) > 50
                }
                #expect(failed && longest < .milliseconds(500), "\(began.duration(to: .now))")
                #expect(port.trouble?.contains("nowhere.invalid") == true && !port.isReady && port.descriptor == -1)
                port.send([1], to: nil)
                #expect(port.receive() == nil)
                pauses.append(port.turn(at: now))
                now += pauses.last ?? 0
                _ = port.turn(at: now)
            }
            #expect(carrier == "mavlink:" || pauses == [500, 1000, 2000], "\(pauses)")
        }
    }
}
