// Which processors a pool's threads run on.
import CPlatform
import Glibc
import Synchronization

/// Keeps the threads of a pool on processors of their own, apart from the caller's.
///
/// A busy system often runs a waking thread on the core of the one that woke it, and two threads then share one core while another
/// idles. The seats lie within the processors that the process was given from the outside; a thread that was moved from
/// the outside later is left alone.
struct ProcessorSeats {
    private static let maskBytes = 128
    /// Pools take their seats one after the other, so that two of them do not share processors while others are free.
    private static let taken = Atomic<Int>(0)

    private let threads: [pthread_t]
    /// The processors to use, those that share no core first; empty where there are not enough.
    private let processors: [Int]
    /// The index in `processors` of each thread's seat.
    private var seats: [Int] = []

    /// Seats `threads`, if there is a processor for each of them and one for the caller.
    init(threads: [pthread_t]) {
        self.threads = threads
        let allowed = Self.processors(of: pthread_self())
        guard !threads.isEmpty, allowed.count > threads.count else {
            processors = []
            return
        }
        processors = Self.spread(allowed)
        let first = Self.taken.wrappingAdd(threads.count, ordering: .relaxed).oldValue
        let caller = Int(arete_current_processor())
        var next = first % processors.count
        for thread in threads {
            if processors[next] == caller { next = (next + 1) % processors.count }
            seats.append(next)
            bind(thread, to: processors[next])
            next = (next + 1) % processors.count
        }
    }

    /// Moves the thread away that sits where the caller runs now. Costs a few nanoseconds if there is none.
    mutating func keepCallerAlone() {
        guard !seats.isEmpty else { return }
        let caller = Int(arete_current_processor())
        for index in seats.indices where processors[seats[index]] == caller {
            for free in processors.indices where processors[free] != caller && !seats.contains(free) {
                if isStillBound(index) {
                    seats[index] = free
                    bind(threads[index], to: processors[free])
                } else {
                    seats = []
                }
                return
            }
        }
    }

    private func bind(_ thread: pthread_t, to processor: Int) {
        Self.withMask(of: processor) { _ = arete_bind_thread(thread, $0, Self.maskBytes) }
    }

    /// Whether thread `index` may run on its seat alone, as it was told.
    private func isStillBound(_ index: Int) -> Bool {
        Self.withMask(of: processors[seats[index]]) { expected in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.maskBytes) { mask in
                guard let found = mask.baseAddress else { return false }
                return arete_thread_processors(threads[index], found, mask.count) == 0
                    && memcmp(found, expected, mask.count) == 0
            }
        }
    }

    private static func withMask<Result>(of processor: Int, _ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maskBytes) { mask in
            mask.initialize(repeating: 0)
            mask[processor / 8] = 1 << UInt8(processor % 8)
            // The buffer is never empty, so its address is there.
            return body(UnsafePointer(mask.baseAddress.unsafelyUnwrapped))
        }
    }

    /// The processors that `thread` may use, in order; none where the system does not say.
    private static func processors(of thread: pthread_t) -> [Int] {
        var mask = [UInt8](repeating: 0, count: maskBytes)
        guard arete_thread_processors(thread, &mask, mask.count) == 0 else { return [] }
        return (0..<maskBytes * 8).filter { mask[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }

    /// `processors` in an order that uses each core once before any core twice.
    private static func spread(_ processors: [Int]) -> [Int] {
        var uses: [Int: Int] = [:]
        let ranked = processors.map { processor in
            let core = firstSibling(of: processor)
            let rank = uses[core, default: 0]
            uses[core] = rank + 1
            return (rank: rank, processor: processor)
        }
        return ranked.sorted { ($0.rank, $0.processor) < ($1.rank, $1.processor) }.map(\.processor)
    }

    /// The first of the processors that share a core with `processor` (hyper-threads).
    private static func firstSibling(of processor: Int) -> Int {
        let path = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
        guard let stream = fopen(path, "r") else { return processor }
        defer { fclose(stream) }
        var line = [CChar](repeating: 0, count: 64)
        guard fgets(&line, Int32(line.count), stream) != nil else { return processor }
        let digits = line.map { UInt8(bitPattern: $0) }.prefix { $0 >= 48 && $0 <= 57 }
        return Int(String(decoding: digits, as: UTF8.self)) ?? processor
    }
}
