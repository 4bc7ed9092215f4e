// Work that several threads share.
import Glibc
import Synchronization
import Threads

enum Crew {
    /// What `make` gives for each number below `count`, in order.
    ///
    /// - Throws: `ThreadError` where the machine gives no threads.
    static func gather<Made: Sendable>(
        _ count: Int, make: @escaping @Sendable (Int) -> Made
    ) throws(ThreadError) -> [Made] {
        let bench = Bench<Made>(count)
        let hands = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 16, max(count, 1))
        var threads: [SystemThread] = []
        for _ in 0..<hands {
            threads.append(
                try SystemThread {
                    while let number = bench.next() { bench.put(make(number), number) }
                })
        }
        for thread in threads { thread.join() }
        return bench.made
    }

    private final class Bench<Made: Sendable>: Sendable {
        private struct State {
            var next = 0
            var made: [Made?]
        }
        private let state: Mutex<State>

        init(_ count: Int) { state = Mutex(State(made: Array(repeating: nil, count: count))) }

        func next() -> Int? {
            state.withLock { state in
                guard state.next < state.made.count else { return nil }
                defer { state.next += 1 }
                return state.next
            }
        }

        func put(_ made: Made, _ number: Int) { state.withLock { $0.made[number] = made } }

        var made: [Made] { state.withLock { $0.made.compactMap { $0 } } }
    }
}
