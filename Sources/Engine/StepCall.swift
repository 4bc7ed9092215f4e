// A step as the run loop calls it.

/// A step's work, called without counting references: the counters would cost a step of nanoseconds more than its work, and
/// threads that share a step would fight over them.
struct StepCall {
    let units: Int
    private let work: Unmanaged<Work>

    private final class Work: Sendable {
        let body: Step.Body

        init(_ body: @escaping Step.Body) { self.body = body }
    }

    /// Holds the step's body until `release`.
    init(_ step: Step) {
        units = step.units
        work = .passRetained(Work(step.body))
    }

    func release() { work.release() }

    /// Computes all units.
    @inline(__always)
    func compute(_ memory: Memory) {
        if units > 0 { compute(0..<units, memory) }
    }

    @inline(__always)
    func compute(_ range: Range<Int>, _ memory: Memory) { work._withUnsafeGuaranteedRef { $0.body(memory, range) } }
}
