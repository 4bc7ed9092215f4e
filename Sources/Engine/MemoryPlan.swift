/// Where each buffer of a program lies in its arena.
///
/// Buffers that are never needed at the same time share memory: greedy by size, each at the lowest offset that is free during
/// its whole life. A step that may work in place gets its result where its input was, when that ends there.
public struct MemoryPlan: Sendable {
    /// Offset of each buffer, `nil` for those outside the arena.
    let offsets: [Int?]
    public let arenaBytes: Int
    /// The most bytes that are needed at once: no plan can be smaller.
    public let lowerBound: Int

    /// From before the first step to after the last: steps count from 0, inputs live from -1, outputs to `steps.count`.
    struct Lifetime {
        var first = Int.max
        var last = Int.min

        mutating func extend(to step: Int) {
            first = min(first, step)
            last = max(last, step)
        }

        func overlaps(_ other: Lifetime) -> Bool { first <= other.last && other.first <= last }
    }

    static let alignment = 64

    /// - Parameters:
    ///   - sizes: bytes of each buffer, `nil` outside the arena.
    ///   - inputs: buffers that must keep their own memory for the whole run.
    ///   - roots: for each buffer the one whose memory it is part of, or itself. Memory lives as long as any part of it.
    /// Complexity: O(n^2) in the number of buffers.
    init(
        sizes: [Int?], steps: [Step], inPlace: [ProgramBuilder.InPlace], inputs: [Buffer], outputs: [Buffer],
        keepsEverything: Bool, roots: [Int]? = nil
    ) {
        let roots = roots ?? Array(sizes.indices)
        var lifetimes = [Lifetime](repeating: Lifetime(), count: sizes.count)
        for (index, step) in steps.enumerated() {
            for buffer in step.reads + step.writes { lifetimes[roots[buffer.index]].extend(to: index) }
        }
        for buffer in inputs {
            lifetimes[buffer.index].extend(to: -1)
            lifetimes[buffer.index].extend(to: steps.count)
        }
        for buffer in outputs { lifetimes[buffer.index].extend(to: steps.count) }
        if keepsEverything {
            for index in lifetimes.indices where lifetimes[index].first != .max {
                lifetimes[index].extend(to: steps.count)
            }
        }

        // Merge results into the inputs that die with them.
        var owner = Array(sizes.indices)
        func root(_ index: Int) -> Int { owner[index] == index ? index : root(owner[index]) }
        /// Whether a step touches no more than one part of a buffer's memory: the whole.
        func touchesWhole(_ buffer: Buffer, _ step: Step) -> Bool {
            (step.reads + step.writes).allSatisfy { $0 == buffer || roots[$0.index] != buffer.index }
        }
        for pair in inPlace where !keepsEverything {
            guard roots[pair.source.index] == pair.source.index, roots[pair.target.index] == pair.target.index,
                touchesWhole(pair.source, steps[pair.step]), touchesWhole(pair.target, steps[pair.step])
            else { continue }
            let (source, target) = (root(pair.source.index), root(pair.target.index))
            guard source != target, let sourceSize = sizes[source], let targetSize = sizes[target],
                targetSize <= sourceSize,
                lifetimes[source].last == pair.step, lifetimes[target].first == pair.step,
                lifetimes[source].first < pair.step
            else { continue }
            owner[target] = source
            lifetimes[source].last = max(lifetimes[source].last, lifetimes[target].last)
        }

        let rounded = sizes.map { $0.map { ($0 + Self.alignment - 1) / Self.alignment * Self.alignment } }
        let live = sizes.indices.filter { rounded[$0] != nil && owner[$0] == $0 && lifetimes[$0].first != .max }
        var offsets = [Int?](repeating: nil, count: sizes.count)
        var placed: [Int] = []
        var end = 0
        for index in live.sorted(by: { (rounded[$0] ?? 0, $1) > (rounded[$1] ?? 0, $0) }) {
            let size = rounded[index] ?? 0
            let rivals = placed.filter { lifetimes[$0].overlaps(lifetimes[index]) }
                .sorted { (offsets[$0] ?? 0) < (offsets[$1] ?? 0) }
            var offset = 0
            for rival in rivals {
                let start = offsets[rival] ?? 0
                if offset + size <= start { break }
                offset = max(offset, start + (rounded[rival] ?? 0))
            }
            offsets[index] = offset
            placed.append(index)
            end = max(end, offset + size)
        }
        for index in sizes.indices where sizes[index] != nil { offsets[index] = offsets[root(index)] ?? 0 }

        self.offsets = offsets
        arenaBytes = end
        var changes = [Int](repeating: 0, count: steps.count + 3)
        for index in live {
            changes[lifetimes[index].first + 1] += rounded[index] ?? 0
            changes[lifetimes[index].last + 2] -= rounded[index] ?? 0
        }
        var current = 0
        var most = 0
        for change in changes {
            current += change
            most = max(most, current)
        }
        lowerBound = most
    }
}
