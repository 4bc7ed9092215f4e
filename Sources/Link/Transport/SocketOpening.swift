// Opening a socket while others go on.
import Glibc
import Synchronization

/// Opens a socket to a place, on a thread of its own: asking for a name takes as long as whoever knows names does.
final class SocketOpening: Sendable {
    typealias Outcome = Result<UDPSocket, TransportError>

    private let place: TransportPlace
    private let outcome = Mutex<Outcome?>(nil)

    init(_ place: TransportPlace) {
        self.place = place
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<SocketOpening>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            outcome.withLock { $0 = .failure(.failed(place.description, String(cString: strerror(status)))) }
            return
        }
        pthread_detach(thread)
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
