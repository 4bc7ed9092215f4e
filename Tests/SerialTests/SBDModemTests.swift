// Messages through a satellite modem, which is simulated.
import Peers
import TestSupport
import Testing

@testable import Serial

@Suite struct SBDModemTests {
    /// Both ends on a pseudo terminal, its time as fast as the machine.
    private struct Bench {
        var modem = SBDModem()
        var simulation: SimulatedModem
        var now = 0
        var events: [SBDModem.Event] = []
        private let terminal: PseudoTerminal
        private let port: SerialPort

        init(_ simulation: SimulatedModem) throws {
            self.simulation = simulation
            terminal = try PseudoTerminal()
            port = try SerialPort(path: terminal.path, rate: 19200)
        }

        mutating func run(milliseconds: Int) throws {
            let end = now + milliseconds
            while now < end {
                let bytes = modem.advance(to: now)
                var written = 0
                while written < bytes.count { written += try port.write(bytes[written...]) }
                if written > 0 {
                    let answer = simulation.answer(to: terminal.read(within: 1000))
                    terminal.write(answer)
                    // What has to come comes in pieces.
                    var left = answer.count
                    while left > 0 {
                        let piece = try port.read()
                        left -= piece.count
                        modem.take(piece, at: now)
                    }
                    events += modem.takeEvents()
                    continue
                }
                events += modem.takeEvents()
                now += 100
            }
        }
    }

    private static let message: [UInt8] = (0..<340).map { UInt8($0 * 7 & 255) }

    @Test("a message goes out whole, of any bytes and length, and the next one after it")
    func sends() throws {
        var bench = try Bench(SimulatedModem())
        for count in [1, 2, 13, 255, 256, 340] {
            #expect(bench.modem.isFree)
            try bench.modem.send(Array(Self.message.prefix(count)))
            try bench.run(milliseconds: 1000)
            #expect(bench.simulation.sent.last == Array(Self.message.prefix(count)))
        }
        #expect(bench.events == [SBDModem.Event](repeating: .sent, count: 6))
        #expect(bench.simulation.sessions == 6)
    }

    @Test("messages that wait come in after ours, one after the other, without sending ours again")
    func receives() throws {
        let waiting: [[UInt8]] = [[1, 2, 3], [UInt8](repeating: 13, count: 270), Array("OK\r\nERROR\r\n".utf8)]
        var bench = try Bench(SimulatedModem(waiting: waiting))
        bench.simulation.spoiledReadings = 2
        try bench.modem.send([9])
        try bench.run(milliseconds: 5000)
        #expect(bench.events == [.sent] + waiting.map { .received($0) })
        #expect(bench.simulation.sent == [[9]] && bench.simulation.sessions == 3)
        bench.modem.check()
        try bench.run(milliseconds: 1000)
        #expect(bench.simulation.sent == [[9]] && bench.simulation.sessions == 4 && bench.modem.nextTry == nil)
    }

    @Test("sessions that fail are tried again: soon, then in half a minute, then every five minutes")
    func retries() throws {
        var bench = try Bench(SimulatedModem(statuses: [32, 18, 13, 35, 32, 38, 2]))
        try bench.modem.send([1, 2, 3])
        var waits: [Int] = []
        for _ in 0..<7 {
            let before = bench.events.count
            while bench.events.count == before { try bench.run(milliseconds: 100) }
            if case .postponed(_, let until) = bench.events.last { waits.append(until - bench.now) }
        }
        #expect(bench.events.last == .sent && bench.simulation.sent == [[1, 2, 3]] && waits.count == 6, "\(waits)")
        let bounds = [5000, 5000, 30_000, 30_000, 330_000, 330_000]
        #expect(zip(waits, bounds).allSatisfy { $0 <= $1 } && waits[4] > 299_000, "\(waits)")
        #expect(waits[5] >= 179_900)
        let statuses = bench.events.compactMap { event -> Int? in
            if case .postponed(.session(let status), _) = event { status } else { nil }
        }
        #expect(statuses == [32, 18, 13, 35, 32, 38])
    }

    @Test("the network's pause is kept, and a newer message can take an older one's place meanwhile")
    func pauses() throws {
        var bench = try Bench(SimulatedModem(statuses: [36]))
        try bench.modem.send([1])
        try bench.run(milliseconds: 1000)
        #expect(bench.modem.nextTry ?? 0 >= 179_000 && !bench.modem.isFree)
        #expect(throws: SBDError.busy) { try bench.modem.send([2]) }
        #expect(bench.modem.withdraw() == [1])
        try bench.modem.send([2])
        bench.modem.restart()
        try bench.run(milliseconds: 170_000)
        #expect(bench.simulation.sessions == 1)
        try bench.run(milliseconds: 20_000)
        #expect(bench.simulation.sent == [[2]])
    }

    @Test("a modem that is silent is told, and goes on where it comes back, its echo too")
    func silence() throws {
        var bench = try Bench(SimulatedModem())
        bench.simulation.isSilent = true
        try bench.modem.send([5])
        // A silent modem reads all the same: what it is told is lost.
        for _ in 0..<200 where bench.events.isEmpty {
            bench.now += 100
            _ = bench.modem.advance(to: bench.now)
            bench.events += bench.modem.takeEvents()
        }
        guard case .postponed(.silent, _) = bench.events.first else {
            Issue.record("\(bench.events)")
            return
        }
        bench.simulation = SimulatedModem()
        bench.modem.restart()
        try bench.run(milliseconds: 1000)
        #expect(bench.events.last == .sent && bench.simulation.sent == [[5]])
    }

    @Test("messages that no satellite takes are refused")
    func sizes() {
        var modem = SBDModem()
        #expect(throws: SBDError.size(0)) { try modem.send([]) }
        #expect(throws: SBDError.size(341)) { try modem.send([UInt8](repeating: 0, count: 341)) }
    }

    @Test("100,000 mutated answers trap nothing, and the modem is of use after them")
    func hostile() throws {
        let seed: UInt64 = 9602
        var random = SplitMix(state: seed)
        var modem = SBDModem()
        var now = 0
        let pieces = [
            "OK\r\n", "READY\r\n", "0\r\n", "ERROR\r", "+SBDIX: 0, 1, 1, 2, 5, 1\r\n", "+SBDIX: 32, 1, 2, 0, 0, 0\r\n",
            "\u{0}\u{5}hello\u{2}\u{14}", "+SBDIX: 99999999999999999999, -1,,,,\r\n", "SBDRING\r\n",
        ].map { Array($0.utf8) }
        var events = 0
        for turn in 0..<100_000 {
            if modem.isFree { try modem.send([1, 2, 3]) }
            if turn % 50 == 0 { modem.check() }
            now += Int.random(in: 0...20_000, using: &random)
            _ = modem.advance(to: now)
            var piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
            if Int.random(in: 0..<3, using: &random) == 0 {
                piece[Int.random(in: 0..<piece.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            modem.take(piece, at: now)
            events += modem.takeEvents().count
        }
        #expect(events > 1000, "seed \(seed)")
        var simulation = SimulatedModem()
        for _ in 0..<10_000 {
            now += 1000
            modem.take(simulation.answer(to: modem.advance(to: now)), at: now)
        }
        #expect(modem.isFree && !simulation.sent.isEmpty, "seed \(seed)")
    }
}
