// Packed weights that are still to be written to the cache.
import CPlatform
import Glibc
import Synchronization

/// Keeps packed weights after the first result is out: writing and syncing a file takes as long as packing what is in it.
///
/// A thread of low priority writes them when a program has run once. A program that ends waits for it, or writes them itself, so
/// that short runs fill the cache too.
final class UnkeptWeights: Sendable {
    private let work: Work
    private let state = Mutex(State.waiting)

    private enum State: @unchecked Sendable {
        case waiting
        case writing(pthread_t)
        case done
    }

    /// What is to be written, and the memory that it lies in.
    private final class Work: @unchecked Sendable {
        let folder: WeightCache.Folder
        let sources: WeightSources
        let name: ContentHash
        let key: ContentHash?
        let pieces: [UnsafeRawBufferPointer]
        let owners: [any AnyObject & Sendable]

        init(
            _ folder: WeightCache.Folder, _ sources: WeightSources, _ name: ContentHash, _ key: ContentHash?,
            _ pieces: [UnsafeRawBufferPointer], _ owners: [any AnyObject & Sendable]
        ) {
            (self.folder, self.sources, self.name, self.key) = (folder, sources, name, key)
            (self.pieces, self.owners) = (pieces, owners)
        }

        /// Weights of a file that has changed since it was mapped are not kept: their key could be that of others.
        func write() {
            if let key = key ?? sources.keyReadAgain() { folder.write(name, key: key, pieces) }
        }
    }

    /// - Parameters:
    ///   - key: the sum of `sources`, where it is known already.
    ///   - owners: what the memory of `pieces` belongs to.
    init(
        folder: WeightCache.Folder, sources: WeightSources, name: ContentHash, key: ContentHash?,
        pieces: [UnsafeRawBufferPointer], owners: [any AnyObject & Sendable]
    ) {
        work = Work(folder, sources, name, key, pieces, owners)
    }

    /// Starts to write, unless that has begun.
    func begin() {
        state.withLock { state in
            guard case .waiting = state else { return }
            let argument = Unmanaged.passRetained(work)
            var thread = pthread_t()
            let status = arete_start_thread(
                &thread,
                { argument in
                    guard let argument else { return nil }
                    arete_let_others_first()
                    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().write()
                    return nil
                }, argument.toOpaque())
            if status == 0 { state = .writing(thread) } else { argument.release() }
        }
    }

    /// Returns when all is written, or cannot be.
    func finish() {
        state.withLock { state in
            switch state {
            case .waiting: work.write()
            case .writing(let thread): pthread_join(thread, nil)
            case .done: break
            }
            state = .done
        }
    }
}
