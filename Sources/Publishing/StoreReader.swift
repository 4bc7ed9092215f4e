// Somebody who reads a track store at a pace of their own.
import Link

/// Tells what has changed in a store since it was last asked. For one thread at a time.
public final class StoreReader {
    private let store: TrackStore
    private var place = TrackStore.Place()
    private let bell = Bell()
    /// Becomes readable when something has changed.
    public var descriptor: Int32 { bell.descriptor }

    public init(_ store: TrackStore) {
        self.store = store
        store.add(bell)
    }

    deinit {
        store.remove(bell)
    }

    public var now: Int { store.clock.now }

    /// What has changed. Complexity: O(tracks + events since).
    public func take() -> StoreChanges {
        bell.silence()
        return store.changes(since: &place)
    }
}
