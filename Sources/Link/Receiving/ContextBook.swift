// What the last bits of a context's number mean now.

/// The contexts of a sender's epoch. Times are those of packets, in milliseconds of the epoch.
struct ContextBook {
    private struct Known {
        var record: ContextRecord
        var namedAt: Int
    }

    /// By the last bits of their number.
    private var contexts: [Int: Known] = [:]

    /// Milliseconds after which a context that no packet named may have been followed by another one with the same bits. Senders take bits
    /// again after 20 minutes.
    static let memory = 900_000

    /// The context that a packet stands on, if it is known.
    mutating func context(_ low: Int, at time: Int) -> ContextRecord? {
        guard var known = contexts[low], time - known.namedAt <= Self.memory else { return nil }
        known.namedAt = max(known.namedAt, time)
        contexts[low] = known
        return known.record
    }

    var isEmpty: Bool { contexts.isEmpty }

    /// Notes what a packet told. Returns whether it says something new.
    mutating func note(_ record: ContextRecord, at time: Int) -> Bool {
        let low = record.number & (1 << PacketHead.contextBits - 1)
        let isNew = contexts[low].map { !$0.record.isSame(as: record) } ?? true
        contexts[low] = Known(record: record, namedAt: time)
        return isNew
    }
}
