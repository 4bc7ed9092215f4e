// Opening a socket while others go on.
import Synchronization
import Threads

/// Opens a socket to a place, on a thread of its own: asking for a name takes as long as whoever knows names does.
final class SocketOpening: Sendable {
    typealias Outcome = Result<UDPSocket, TransportError>

    private let place: TransportPlace
    private let outcome = Mutex<Outcome?>(nil)

    init(_ place: TransportPlace) {
        self.place = place
        do throws(ThreadError) { try SystemThread.detach { self.run() } } catch {
            outcome.withLock { $0 = .failure(.failed(place.description, "\(error)")) }
        }
    }

    private func run() {
        do throws(TransportError) {
            let socket = try UDPSocket(place, listens: false)
            outcome.withLock { $0 = .success(socket) }
        } catch {
            outcome.withLock { $0 = .failure(error) }
        }
    }

    /// What came of it, once; `nil` while nobody knows.
    func take() -> Outcome? { outcome.withLock { $0.take() } }
}
