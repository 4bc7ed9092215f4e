// Several components on one line of a vehicle.
import Foundation
import Peers
import Synchronization
import Testing

@testable import Link
@testable import MAVLink

@Suite struct LineTests {
    private func line(_ terminal: PseudoTerminal, isShared: Bool = true) throws -> (place: PortPlace, MAVLinkLine) {
        let place = try PortPlace("mavlink:\(terminal.path):57600")
        return (place, try MAVLinkLine(place, listens: false, mayBeAway: false, isShared: isShared))
    }

    private func ends(_ line: MAVLinkLine, _ components: [UInt8]) -> [MAVLinkEnd] {
        components.map { component in
            MAVLinkEnd(line, sender: MAVLinkFrame.Sender(system: 1, component: component), type: 18)
        }
    }

    @Test("what comes in reaches each end and wakes it; what they send comes whole, each as itself")
    func shared() throws {
        let terminal = try PseudoTerminal()
        let (_, line) = try line(terminal)
        let ends = ends(line, [100, 191, 191])
        var autopilot = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 1))
        terminal.write(autopilot.frame(Heartbeat(type: 2, autopilot: 3)))
        // What a router gives back is nobody's news.
        var echo = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 191))
        terminal.write(echo.frame(Heartbeat(type: 18)))
        let isRead = waits(2) {
            _ = line.turn(at: 0)
            return line.read()
        }
        #expect(isRead)
        for end in ends {
            var ready = pollfd(fd: end.descriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&ready, 1, 0) == 1)
            let (first, second) = (end.receive(), end.receive())
            #expect(first?.frame.sender == autopilot.sender && second == nil)
            #expect(poll(&ready, 1, 0) == 0)
        }
        var station = MAVLinkReader()
        var frames: [MAVLinkFrame] = []
        _ = waits(2) {
            _ = line.turn(at: 0)
            frames += station.read(terminal.read(within: 10))
            return frames.count >= 2
        }
        // One sign of life of each component.
        #expect(frames.map(\.sender.component).sorted() == [100, 191])
        ends[1].send(text: String(repeating: "long ", count: 29), severity: 4)
        ends[0].send(text: "short", severity: 4)
        ends[2].send(text: "short", severity: 4)
        frames = []
        _ = waits(2) {
            _ = line.turn(at: 10)
            frames += station.read(terminal.read(within: 10))
            return frames.count >= 5
        }
        #expect(frames.map(\.sender.component) == [191, 191, 191, 100, 191])
        #expect(station.counts.lost.isEmpty && station.counts.badChecksums == 0)
    }

    private final class Progress: Sendable {
        let over = Mutex(0)
        let isReading = Mutex(true)
    }

    @Test("threads that send at once cut no frame in two, and each end gets all that comes")
    func threads() throws {
        let terminal = try PseudoTerminal()
        let (_, line) = try line(terminal)
        let each = 200
        let progress = Progress()
        for component: UInt8 in [100, 101, 102] {
            Thread.detachNewThread {
                let end = MAVLinkEnd(
                    line, sender: MAVLinkFrame.Sender(system: 1, component: component), type: 18)
                var received = 0
                for number in 0..<each {
                    // The line holds a few thousand bytes, and more is thrown away.
                    while !end.isReady { usleep(200) }
                    end.send(text: "\(number)", severity: 6)
                    while end.receive() != nil { received += 1 }
                }
                _ = waits(5) {
                    while end.receive() != nil { received += 1 }
                    return received >= 100
                }
                if received == 100 { progress.over.withLock { $0 += 1 } }
            }
        }
        Thread.detachNewThread {
            while progress.isReading.withLock({ $0 }) {
                _ = line.turn(at: 0)
                _ = line.read()
                usleep(200)
            }
        }
        var autopilot = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 1))
        usleep(100_000)
        for _ in 0..<100 { terminal.write(autopilot.frame(Heartbeat(type: 2, autopilot: 3))) }
        var station = MAVLinkReader()
        var texts: [UInt8: [String]] = [:]
        _ = waits(10) {
            for frame in station.read(terminal.read(within: 10)) {
                guard let text = frame.message as? StatusText else { continue }
                let words = String(decoding: text.text.prefix { $0 != 0 }, as: UTF8.self)
                texts[frame.sender.component, default: []].append(words)
            }
            let areAllHere = texts.values.allSatisfy { $0.count == each } && texts.count == 3
            return areAllHere && progress.over.withLock { $0 } == 3
        }
        progress.isReading.withLock { $0 = false }
        #expect(texts.values.allSatisfy { $0 == (0..<each).map { "\($0)" } } && texts.count == 3)
        #expect(station.counts.badChecksums == 0 && station.counts.noise == 0 && station.counts.lost.isEmpty)
        #expect(progress.over.withLock { $0 } == 3)
    }

    @Test("an end that takes nothing keeps the newest, and a full line takes no more packets")
    func bounded() throws {
        let terminal = try PseudoTerminal()
        let (place, line) = try line(terminal)
        let end = try #require(ends(line, [191]).first)
        var autopilot = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 1))
        for number in 0..<1500 {
            var bytes = autopilot.frame(SystemTime(unixMicroseconds: 0, bootMilliseconds: UInt32(number + 1)))[...]
            _ = waits(2) {
                bytes = bytes.dropFirst(terminal.write(Array(bytes)))
                _ = line.turn(at: 0)
                while line.read() {}
                return bytes.isEmpty
            }
        }
        _ = waits(1) { !line.read() }
        var times: [UInt32] = []
        while let came = end.receive() {
            if let time = came.frame.message as? SystemTime { times.append(time.bootMilliseconds) }
        }
        #expect(times == Array(989...1500))
        let port = MAVLinkPort(place, over: line)
        #expect(port.isReady)
        // A terminal without a reader takes some time to be full.
        let isFull = waits(20) {
            for _ in 0..<200 { port.send([UInt8](repeating: 1, count: 128), to: nil) }
            usleep(10_000)
            return !port.isReady
        }
        #expect(isFull)
        _ = waits(5) {
            _ = terminal.read(within: 1)
            return port.isReady
        }
        #expect(port.isReady)
    }

    @Test("a radio's free buffer is taken from its own words")
    func radio() throws {
        let terminal = try PseudoTerminal()
        let (place, line) = try line(terminal, isShared: false)
        let port = MAVLinkPort(place, over: line)
        var radio = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 51, component: 68))
        for room: UInt8 in [90, 30] {
            terminal.write(
                radio.frame(
                    RadioStatus(
                        errors: 0, mended: 0, strength: 200, remoteStrength: 200, room: room, noise: 1, remoteNoise: 1))
            )
        }
        let isTold = waits(2) {
            _ = port.receive()
            return port.takeRoom() == 0.3
        }
        #expect(isTold && port.takeRoom() == nil)
    }

    @Test("a machine that does not know the time signs by the time of others, and takes what radios say unsigned")
    func signed() throws {
        let folder = try TestFolder("line")
        let path = try files(folder)
        let terminal = try PseudoTerminal()
        let place = try PortPlace("mavlink:\(terminal.path),key=\(path)")
        let line = try MAVLinkLine(place, listens: false, mayBeAway: false, clock: LinkClock { nil })
        let end = try #require(ends(line, [191]).first)
        let key = try #require(SigningKey([UInt8](repeating: 0xa7, count: 32)))
        let time = SigningTime(unixMicroseconds: 1_893_456_000_000_000)
        var autopilot = MAVLinkChannel(
            sender: MAVLinkFrame.Sender(system: 1, component: 1),
            signing: MAVLinkSigning(key: key, link: 3, time: time))
        var stranger = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 51, component: 68))
        let radio = RadioStatus(
            errors: 0, mended: 0, strength: 1, remoteStrength: 1, room: 90, noise: 1, remoteNoise: 1)
        terminal.write(stranger.frame(Heartbeat(type: 2)) + stranger.frame(radio))
        var came: [UInt32] = []
        func read() -> Int {
            _ = line.turn(at: 0)
            while let arrival = end.receive() { came.append(arrival.frame.id) }
            return came.count
        }
        _ = waits(2) { read() == 1 }
        #expect(came == [RadioStatus.id] && line.refused == 1 && line.trouble?.contains("the key refuses") == true)
        // Before it heard a time, its own messages are too old for anybody.
        #expect(autopilot.read(terminal.read(within: 100)).isEmpty)
        terminal.write(autopilot.frame(Heartbeat(type: 2)))
        _ = waits(2) { read() == 2 }
        #expect(came.count == 2 && line.trouble == nil)
        end.send(text: "signed", severity: 6)
        let taken = autopilot.read(terminal.read(within: 100))
        #expect(taken.map(\.id) == [StatusText.id] && taken.first?.signature != nil)
    }

    private func files(_ folder: TestFolder) throws -> String {
        let path = try folder.write("key", String(repeating: "a7", count: 32) + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }
}
