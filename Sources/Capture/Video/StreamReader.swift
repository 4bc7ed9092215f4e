// The thread that reads a network stream.
import Glibc
import Synchronization
import Threads

/// Reads a stream as it comes, so that none of it waits in the network, and keeps the newest pictures for who asks.
final class StreamReader: Sendable {
    /// What happened since somebody asked.
    struct News {
        var frame: Frame?
        /// Pictures that newer ones pushed out.
        var lost = 0
        var events: [SourceEvent] = []
    }

    private struct State {
        var frames: [Frame] = []
        var lost = 0
        var events: [SourceEvent] = []
        /// Who is being read; `nil` between two tries.
        var video: Video?
        var isOver = false
    }

    private let address: String
    private let name: String
    private let patience: Int
    private let state = Mutex(State())
    /// Counts up with each picture or event that is kept, and at the end.
    private let news: Signal
    private let over: Signal

    /// Pictures that are kept for who is late.
    private static let kept = 2
    /// Events that are kept: only a reader that nobody asks has more.
    private static let mostEvents = 64

    /// Opens the stream and starts to read.
    init(_ address: String, name: String, patience: Int) throws(CaptureError) {
        self.address = address
        self.name = name
        self.patience = patience
        news = try Signal(name)
        over = try Signal(name)
        let video = try Video(address, isStream: true, name: name, patience: patience)
        try video.open()
        state.withLock { $0.video = video }
        try startThread()
    }

    /// Ends the thread, which may still be waiting for the network for a moment.
    func end() {
        state.withLock { state in
            state.isOver = true
            state.video?.stop()
        }
        over.raise()
    }

    /// Waits for a picture or an event, so long at most.
    func wait(_ milliseconds: Int) -> News {
        if news.wait(milliseconds) { news.lower() }
        return state.withLock { state in
            defer { (state.lost, state.events) = (0, []) }
            let frame = state.frames.isEmpty ? nil : state.frames.removeFirst()
            // What is still there must wake the next one who asks.
            if !state.frames.isEmpty { news.raise() }
            return News(frame: frame, lost: state.lost, events: state.events)
        }
    }

    private func startThread() throws(CaptureError) {
        do throws(ThreadError) { try SystemThread.detach { self.run() } } catch {
            throw .system(name, call: "pthread_create", errno: error.number)
        }
    }

    private func run() {
        var backoff = Backoff()
        var lostAt = 0
        var number = 0
        while true {
            guard let video = state.withLock({ $0.isOver ? nil : $0.video }) else { return }
            do throws(CaptureError) {
                if lostAt > 0 { try video.open() }
                while true {
                    guard case .frame(let frame) = try video.next(number: number) else {
                        throw .file(name, reason: "the stream has ended")
                    }
                    // A server that takes connections but sends nothing is not back.
                    if lostAt > 0 {
                        tell(.back(path: name, afterMilliseconds: MonotonicClock.milliseconds - lostAt))
                        lostAt = 0
                    }
                    backoff.succeeded()
                    number += 1
                    keep(frame.taken(at: MonotonicClock.nanoseconds))
                }
            } catch {
                if lostAt == 0 {
                    lostAt = MonotonicClock.milliseconds
                    tell(.lost(error))
                }
                backoff.failed(at: MonotonicClock.milliseconds)
            }
            guard !over.wait(backoff.wait(at: MonotonicClock.milliseconds)) else { return }
            let next = try? Video(address, isStream: true, name: name, patience: patience)
            // Closing the old one may take a while: not while the state is locked.
            let old = state.withLock { state in
                defer { state.video = next }
                return state.video
            }
            withExtendedLifetime(old) {}
        }
    }

    private func keep(_ frame: Frame) {
        state.withLock { state in
            state.frames.append(frame)
            if state.frames.count > Self.kept {
                state.frames.removeFirst()
                state.lost += 1
            }
        }
        news.raise()
    }

    private func tell(_ event: SourceEvent) {
        state.withLock { state in
            guard !state.isOver, state.events.count < Self.mostEvents else { return }
            state.events.append(event)
        }
        news.raise()
    }
}

extension Frame {
    /// The same picture with another time.
    fileprivate func taken(at time: UInt64) -> Frame {
        Frame(format: format, planes: planes, sequence: sequence, time: time, isDamaged: isDamaged) {
            withExtendedLifetime(self) {}
        }
    }
}
