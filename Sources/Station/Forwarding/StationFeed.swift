// What senders detect, on to others.
import Database
import Glibc
import Publishing
import Synchronization
import Threads

/// Puts tracks and alerts that a station has into a store of ways out, on a thread of its own: TAK, brokers and webhooks get them from there.
///
/// What a crash keeps from them they get after the next start: alerts once or more, tracks as they are then. Who is judged a false alarm is taken off their maps.
public final class StationFeed: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let place: String
    private let store: TrackStore

    /// Microseconds between two looks at the tables.
    private static let pause: UInt32 = 250_000

    /// - Parameters:
    ///   - place: of a station's tables that are there already.
    ///   - book: a file of what was handed on, made where it is not there.
    /// - Throws: `DatabaseError` or `ThreadError`, one line that says what to do.
    public init(from place: String, into store: TrackStore, book: String) throws {
        (self.place, self.store) = (place, store)
        let book = try ForwardedBook(path: book)
        try SystemThread.detach { self.run(book) }
    }

    public func stop() { isOver.store(true, ordering: .releasing) }

    private func run(_ book: ForwardedBook) {
        var reader: ForwardReader?
        while !isOver.load(ordering: .acquiring) {
            do throws(DatabaseError) {
                if reader == nil { reader = try ForwardReader(place, book: book) }
                try reader?.handOn(to: store)
            } catch {
                // A database that is away is there again later, with all that came meanwhile.
                reader = nil
            }
            usleep(Self.pause)
        }
    }
}
