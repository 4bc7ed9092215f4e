// The thread that holds a client's connection.
import CMosquitto
import Credentials
import Glibc

/// Connects, and connects again after a pause that grows, until the client is closed. One connection at a time.
final class MQTTWorker {
    private let configuration: MQTTConfiguration
    private let desk: MQTTDesk
    private var pause: Double
    /// Which of the broker's hosts is next.
    private var turn: Int
    private var tries = 0

    /// Seconds after which a connection has held.
    private static let held = 10.0

    init(_ configuration: MQTTConfiguration, _ desk: MQTTDesk) {
        (self.configuration, self.desk, pause) = (configuration, desk, configuration.shortestPause)
        turn = Int.random(in: 0..<configuration.hostCount)
    }

    func run() {
        while !desk.isClosed {
            // Nobody asks what has happened: then nothing new needs to happen.
            if desk.hasRoom { connectOnce() }
            waitBeforeNext()
        }
        desk.ended.raise()
    }

    private func connectOnce() {
        let began = Monotonic.seconds
        let here = configuration.at(turn)
        turn = (turn + 1) % configuration.hostCount
        var connection = MQTTConnection(here, .five, desk)
        connection.run()
        if connection.wasNotUnderstood {
            connection = MQTTConnection(here, .four, desk)
            connection.run()
        }
        // One that held had no need of a long pause. Two clients of one name would end each other's at once, again and
        // again.
        if connection.wasConnected, Monotonic.seconds - began > Self.held {
            pause = configuration.shortestPause
        }
        desk.disconnected(connection.reason, sent: connection.unacknowledged)
    }

    private func waitBeforeNext() {
        let end = Monotonic.seconds + pause * Double.random(in: 0.5...1)
        // The pause grows as each of the hosts has been tried.
        tries += 1
        if tries.isMultiple(of: configuration.hostCount) { pause = min(pause * 2, configuration.longestPause) }
        while !desk.isClosed {
            let left = end - Monotonic.seconds
            guard left > 0 else { return }
            desk.wake.lower()
            guard !desk.isClosed else { return }
            desk.wake.wait(milliseconds: Int32(clamping: Int(left * 1000) + 1))
        }
    }
}
