// News that a page is told as they come (server-sent events).
import Synchronization

/// One client's events. Any thread may send; nothing waits. A client that does not read is dropped when `mostBytes` wait
/// for it.
public final class EventStream: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        /// Of `waiting`, what was taken already.
        var taken = 0
        var end: End?
        var bell: (@Sendable () -> Void)?
    }

    enum End {
        /// All that waits is still sent.
        case over
        case dropped
    }

    private let state = Mutex(State())
    private let mostBytes: Int

    /// - Parameter mostBytes: that wait for the client.
    public init(mostBytes: Int = 1 << 20) { self.mostBytes = mostBytes }

    /// Gives an event to the client.
    ///
    /// - Returns: whether there is still a client. Complexity: O(bytes).
    @discardableResult public func send(_ event: ServerEvent) -> Bool { add(event.bytes) }

    /// Ends the stream when all that waits was sent; the client comes again after a while.
    public func close() { end(.over) }

    /// Whether there is still a client, as far as is known.
    public var isOpen: Bool { state.withLock { $0.end == nil } }

    /// Bytes that wait for the client: a source that can tell all in one later may do so meanwhile.
    public var waitingBytes: Int { state.withLock { $0.waiting.count - $0.taken } }

    /// A line that tells nothing, if nothing waits.
    func sendComment() { if waitingBytes == 0 { add(Array(":\n\n".utf8)) } }

    @discardableResult private func add(_ bytes: [UInt8]) -> Bool {
        let (isOpen, bell) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard state.end == nil else { return (false, nil) }
            if state.waiting.count - state.taken + bytes.count > mostBytes {
                state.end = .dropped
                (state.waiting, state.taken) = ([], 0)
            } else {
                state.waiting += bytes
            }
            return (state.end == nil, state.bell)
        }
        bell?()
        return isOpen
    }

    func end(_ end: End) {
        let bell = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.end == nil else { return nil }
            state.end = end
            if end == .dropped { (state.waiting, state.taken) = ([], 0) }
            return state.bell
        }
        bell?()
    }

    // MARK: The server's side

    /// - Parameter bell: is rung when there is something to take.
    func attach(bell: @escaping @Sendable () -> Void) { state.withLock { $0.bell = bell } }

    /// The client is gone.
    func detach() {
        state.withLock { state in
            state.bell = nil
            state.end = .dropped
            (state.waiting, state.taken) = ([], 0)
        }
    }

    enum Taken {
        case bytes(Int)
        case nothing
        case over
        case dropped
    }

    /// Copies what waits, as far as it fits.
    func take(into room: UnsafeMutableRawBufferPointer) -> Taken {
        state.withLock { state in
            let count = min(room.count, state.waiting.count - state.taken)
            guard count > 0 else {
                switch state.end {
                case .over: return .over
                case .dropped: return .dropped
                case nil: return .nothing
                }
            }
            state.waiting.withUnsafeBytes { bytes in
                room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.taken..<state.taken + count]))
            }
            state.taken += count
            if state.taken == state.waiting.count {
                (state.waiting, state.taken) = ([], 0)
            } else if state.taken > state.waiting.count / 2 {
                state.waiting.removeFirst(state.taken)
                state.taken = 0
            }
            return .bytes(count)
        }
    }

    var hasNews: Bool { state.withLock { $0.end != nil || $0.taken < $0.waiting.count } }
    var isDropped: Bool { state.withLock { $0.end == .dropped } }
}
