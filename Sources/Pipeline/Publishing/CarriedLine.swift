// A vehicle's line, on a thread of its own.
import Link
import Synchronization
import Threads

/// Carries a line that several ways out share, until this is let go.
final class CarriedLine: Sendable {
    let place: PortPlace
    let line: MAVLinkLine
    private let isStopped = Stop()
    private let worker: SystemThread

    private final class Stop: Sendable { let flag = Atomic<Bool>(false) }

    /// Milliseconds between two looks at whether it is to stop.
    private static let patience = 200
    /// Milliseconds for the last bytes.
    private static let farewell = 500
    /// Portions that are taken before it is looked at the time.
    private static let mostReads = 16

    /// - Parameter clock: of all who speak there.
    /// - Throws: `TransportError` or `PipelineError`: one line that says what is wrong.
    init(_ place: PortPlace, clock: LinkClock) throws {
        self.place = place
        let line = try MAVLinkLine(place, listens: false, mayBeAway: true, isShared: true, clock: clock)
        self.line = line
        let isStopped = self.isStopped
        worker = try SystemThread.working {
            while !isStopped.flag.load(ordering: .acquiring) { Self.step(line, clock) }
            let end = clock.now + Self.farewell
            while !line.isIdle, line.trouble == nil, clock.now < end { Self.step(line, clock) }
        }
    }

    deinit {
        isStopped.flag.store(true, ordering: .releasing)
        worker.join()
    }

    private static func step(_ line: MAVLinkLine, _ clock: LinkClock) {
        let pause = line.turn(at: clock.now)
        for _ in 0..<mostReads {
            if !line.read() { break }
        }
        Readiness.wait(for: [line.descriptor], milliseconds: min(pause, patience))
    }
}
