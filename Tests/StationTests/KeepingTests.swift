// Several stations that get the same packets.
import Peers
import Testing

@testable import Link
@testable import Station

@Suite struct SenderKeepingTests {
    private final class Neighbour {
        private var keeping = SenderKeeping()

        func isOver(_ newest: PacketNumber, taken: PacketNumber?, at now: Int) -> Bool {
            keeping.isOver(newest, taken: taken, at: now)
        }

        func forget() { keeping.forget() }
    }

    private func packet(_ counter: UInt64) -> PacketNumber { PacketNumber(epoch: 3, counter: counter) }

    @Test("a station whose packets go on being taken keeps its sender, and one that takes none for long loses it")
    func patience() {
        let keeping = Neighbour()
        let patience = SenderKeeping.patience
        for step in 0..<100 {
            #expect(!keeping.isOver(packet(UInt64(step + 1)), taken: packet(UInt64(step)), at: step * 1000))
        }
        // Packet 100 waits since second 99.
        let since = 99_000
        for waited in stride(from: 0, to: patience, by: 1000) {
            #expect(!keeping.isOver(packet(200), taken: packet(99), at: since + waited))
        }
        let end = since + patience
        #expect(keeping.isOver(packet(300), taken: packet(99), at: end))
        #expect(keeping.isOver(packet(300), taken: nil, at: end))
        #expect(!keeping.isOver(packet(300), taken: packet(100), at: end))
        keeping.forget()
        #expect(!keeping.isOver(packet(400), taken: packet(100), at: 10 * end))
        // Of an epoch that the other one has not heard of.
        let later = PacketNumber(epoch: 4, counter: 0)
        #expect(!keeping.isOver(later, taken: packet(400), at: 11 * end))
        #expect(keeping.isOver(later, taken: packet(500), at: 11 * end + patience))
    }
}

@Suite(.enabled(if: PostgresServer.isThere, "needs postgresql: scripts/setup.sh link"))
struct KeepingTests {
    private let server: PostgresServer

    init() throws { server = try PostgresServer() }

    private func alerts() throws -> String { try server.ask("SELECT count(*) FROM events") }

    @Test("of two stations that hear a sender one takes its packets, and the other one goes on where that is gone")
    func goesOn() throws {
        var box = try PairedBox("box")
        let first = try PairedBox.station(server.place, [box])
        let second = try PairedBox.station(server.place, [box])
        for number in 1...5 {
            box.see(number)
            box.tell(number, .rule(0, track: number))
            _ = try box.run(1000, with: first, second)
        }
        let acknowledged = box.takeAcknowledged()
        #expect(acknowledged == 5 && box.alertCount == 0)
        #expect(first.counts.taken > 4 && first.counts.elsewhere == 0)
        #expect(second.counts.taken == 0 && second.counts.elsewhere == first.counts.taken)

        // The first one is gone.
        box.see(6)
        box.tell(6, .rule(0, track: 6))
        _ = try box.run(3000, with: second)
        #expect(box.alertCount == 1)
        _ = try box.run(17_000, with: second)
        #expect(box.alertCount == 0 && second.counts.taken > 0)

        // It was only asleep: it lets go, and its answers are not heard any more.
        let taken = first.counts.taken
        for number in 7...9 {
            box.see(number)
            box.tell(number, .rule(0, track: number))
            _ = try box.run(1000, with: first, second)
        }
        #expect(first.counts.taken == taken && first.counts.elsewhere > 0 && box.alertCount == 0)
        #expect(try alerts() == "9\n")

        // And back, with a later epoch.
        box.see(10)
        box.tell(10, .rule(0, track: 10))
        _ = try box.run(20_000, with: first)
        #expect(box.alertCount == 0 && first.counts.taken > taken)
        #expect(try alerts() == "10\n")
        #expect(try server.ask("SELECT count(*) FROM tracks") == "10\n")
    }

    @Test("while the database is away nothing is acknowledged, and afterwards each alert is there once")
    func away() throws {
        var box = try PairedBox("box")
        let first = try PairedBox.station(server.place, [box])
        let second = try PairedBox.station(server.place, [box])
        box.see(1)
        _ = try box.run(2000, with: first, second)
        server.kill()
        box.tell(1, .rule(0, track: 1))
        for _ in 0..<100 { _ = try? box.run(100, with: first, second) }
        #expect(box.alertCount == 1)
        try server.start()
        // Connections are made again a second after the last try at the earliest, by the machine's clock.
        let isBack = waits(20) {
            _ = try? box.run(100, with: first, second)
            return box.alertCount == 0
        }
        #expect(isBack)
        #expect(try alerts() == "1\n")
    }
}
