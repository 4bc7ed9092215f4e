// Buffers become parts of the buffers that they would be copied to or from.

extension ProgramBuilder {
    /// Lets the sources of copies be written where the copies would bring them, and the targets be read where they come from.
    /// - Parameter kept: buffers that the caller sees.
    mutating func eliminateCopies(keeping kept: BufferSet) {
        guard steps.contains(where: { $0.form is CopyForm }) else { return }
        var elimination = CopyElimination(steps: steps, contents: contents, kept: kept)
        elimination.run()
        for index in contents.indices {
            guard let place = elimination.places[index], case .arena(let bytes) = contents[index] else { continue }
            contents[index] = .view(of: place.root, offset: place.offset, bytes: bytes)
        }
        for index in steps.indices where !elimination.gone[index] {
            guard elimination.needsRows(steps[index]) else { continue }
            rework(index) { elimination.rows($0) }
        }
        remove(elimination.gone)
    }
}

/// Decides, without changing a step, which copies need not be made.
///
/// A buffer is placed in another where all steps that mention it can do with the rows that it lies in there, and where nobody else
/// writes that part of the other, before the copy or after it.
struct CopyElimination {
    private let steps: [Step]
    private let contents: [BufferContent]
    private let kept: BufferSet
    private let mentions: BufferMentions
    private let writers: BufferMentions
    /// What each step copies, if it is a copy of rows between two arena buffers.
    private let copies: [Copy?]
    /// For each step whether it writes what no other does; of steps that write a buffer that `isSurveyed`.
    private var isAlone: [Bool]
    private var isSurveyed: [Bool]
    /// For each buffer those that are part of it.
    private var parts: [[Buffer]]
    /// For each buffer where it lies, if that is in another.
    private(set) var places: [Place?]
    /// For each step whether it copies nothing any more.
    private(set) var gone: [Bool]

    struct Place: Hashable {
        /// A buffer that is not part of another.
        var root: Buffer
        /// Bytes from the root's start.
        var offset: Int
        /// `nil` for bytes that follow each other.
        var rows: Rows?
    }

    init(steps: [Step], contents: [BufferContent], kept: BufferSet) {
        (self.steps, self.contents, self.kept) = (steps, contents, kept)
        mentions = BufferMentions(in: steps, contents.count) { $0.reads + $0.writes }
        writers = BufferMentions(in: steps, contents.count) { $0.writes }
        parts = [[Buffer]](repeating: [], count: contents.count)
        places = [Place?](repeating: nil, count: contents.count)
        gone = [Bool](repeating: false, count: steps.count)
        copies = steps.map { Copy($0, contents) }
        isAlone = gone
        isSurveyed = [Bool](repeating: false, count: contents.count)
    }

    /// The rows that a buffer lies in, if they lie apart.
    func rows(_ buffer: Buffer) -> Rows? { places[buffer.index]?.rows }

    /// Whether a buffer that `step` mentions lies in rows that lie apart.
    func needsRows(_ step: Step) -> Bool {
        step.reads.contains { rows($0) != nil } || step.writes.contains { rows($0) != nil }
    }

    /// Complexity: O(copies x mentions of the buffers copied).
    mutating func run() {
        for index in steps.indices {
            guard let copy = copies[index] else { continue }
            if placeSource(copy, index) || placeSourceWhole(copy, index) || placeTarget(copy, index) {
                gone[index] = true
            }
        }
    }

    /// A copy of rows between two arena buffers.
    private struct Copy {
        var source: Buffer
        var target: Buffer
        /// Where it reads and writes; rows only where there are several.
        var from: Place
        var to: Place
        var bytes: Int
        /// Whether it reads all of the source densely, and writes all of the target so.
        var coversSource: Bool
        var coversTarget: Bool

        init?(_ step: Step, _ contents: [BufferContent]) {
            guard let form = step.form as? CopyForm, let rows = form.rows, form.source.buffer != form.target.buffer,
                case .arena(let sourceBytes) = contents[form.source.buffer.index],
                case .arena(let targetBytes) = contents[form.target.buffer.index]
            else { return nil }
            (source, target) = (form.source.buffer, form.target.buffer)
            bytes = rows.count * rows.bytes
            func place(_ operand: NestForm.Operand, _ pitch: Int) -> Place {
                Place(
                    root: operand.buffer, offset: operand.offset,
                    rows: rows.count == 1 ? nil : Rows(bytes: rows.bytes, pitch: pitch))
            }
            (from, to) = (place(form.source, rows.sourcePitch), place(form.target, rows.targetPitch))
            coversSource = from.offset == 0 && bytes == sourceBytes && from.isDense
            coversTarget = to.offset == 0 && bytes == targetBytes && to.isDense
        }
    }

    // MARK: The source becomes part of the target

    private mutating func placeSource(_ copy: Copy, _ index: Int) -> Bool {
        guard copy.coversSource, isFree(copy.source), isWritten(copy.source, before: index),
            writesAlone(copy.target, [index])
        else { return false }
        return place(copy.source, at: copy.to, without: [index])
    }

    /// Where the source is a part of a buffer all of which is copied, part by part, into the target as it lies: the whole buffer.
    private mutating func placeSourceWhole(_ copy: Copy, _ index: Int) -> Bool {
        guard copy.coversSource, let from = places[copy.source.index], isFree(from.root),
            isWritten(from.root, before: index),
            case .arena(let size) = contents[from.root.index]
        else { return false }
        let width = from.rows?.pitch ?? size
        let start = copy.to.offset - from.offset
        guard start >= 0, copy.to.rows?.bytes == from.rows?.bytes, from.rows == nil || size % width == 0 else {
            return false
        }
        let pitch = copy.to.rows?.pitch
        if let pitch { guard start + width <= pitch else { return false } }
        // The other copies that bring parts of the same buffer to their places.
        var group: [Int] = []
        var covered = 0
        for writer in writers[copy.target] where !gone[writer] {
            guard let other = copies[writer], other.coversSource, let place = places[other.source.index],
                place.root == from.root, other.to.offset - place.offset == start, other.to.rows?.pitch == pitch,
                other.to.rows?.bytes == place.rows?.bytes, (place.rows?.pitch ?? size) == width,
                isWritten(from.root, before: writer)
            else { continue }
            group.append(writer)
            covered += other.bytes
        }
        guard covered == size, group.contains(index), writesAlone(copy.target, group) else { return false }
        let rows = pitch.map { Rows(bytes: width, pitch: $0) }
        guard place(from.root, at: Place(root: copy.target, offset: start, rows: rows), without: group) else {
            return false
        }
        for member in group { gone[member] = true }
        return true
    }

    // MARK: The target becomes part of the source

    private mutating func placeTarget(_ copy: Copy, _ index: Int) -> Bool {
        guard copy.coversTarget, isFree(copy.target), writers[copy.target] == [index],
            isUnchanged(copy.source, after: index)
        else { return false }
        return place(copy.target, at: copy.from, without: [index])
    }

    // MARK: Conditions

    /// Whether a buffer's memory is the program's own and of no other buffer yet.
    private func isFree(_ buffer: Buffer) -> Bool {
        guard case .arena = contents[buffer.index] else { return false }
        return !kept.contains(buffer) && places[buffer.index] == nil
    }

    private func isWritten(_ buffer: Buffer, before index: Int) -> Bool {
        !writers[buffer].isEmpty && writers[buffer].allSatisfy { $0 < index }
    }

    private func isUnchanged(_ buffer: Buffer, after index: Int) -> Bool {
        writers[buffer].allSatisfy { $0 < index }
    }

    /// Whether all steps that write `target` are copies, and those of `group` write what no other does.
    /// Complexity: O(n log n) in the number of steps that write it, once; later only as many as the group has.
    private mutating func writesAlone(_ target: Buffer, _ group: [Int]) -> Bool {
        if !isSurveyed[target.index] {
            isSurveyed[target.index] = true
            survey(target)
        }
        return group.allSatisfy { isAlone[$0] }
    }

    /// Finds which steps write what no other step does, if all that write `target` are copies.
    private mutating func survey(_ target: Buffer) {
        var regions = WrittenRegions()
        for writer in writers[target] {
            guard let form = steps[writer].form as? CopyForm, form.target.buffer == target, let rows = form.rowsWritten
            else { return }
            let place = Place(
                root: target, offset: form.target.offset,
                rows: rows.count == 1 ? nil : Rows(bytes: rows.bytes, pitch: rows.pitch))
            regions.add(place, bytes: rows.count * rows.bytes)
        }
        for (writer, isApart) in zip(writers[target], regions.areAlone()) { isAlone[writer] = isApart }
    }

    // MARK: Placing

    /// Places a buffer, and all that lies in it, where every step but those `without` can do with it.
    private mutating func place(_ buffer: Buffer, at place: Place, without ignored: [Int]) -> Bool {
        guard let own = resolved(place, bytes: size(buffer)), own.root != buffer else { return false }
        var moves = [Move(buffer: buffer, from: nil, to: own)]
        for part in parts[buffer.index] {
            guard let inner = places[part.index], let outer = inner.inside(own, bytes: size(part)) else { return false }
            moves.append(Move(buffer: part, from: inner, to: outer))
        }
        for move in moves { places[move.buffer.index] = move.to }
        guard moves.allSatisfy({ $0.to.rows == $0.from?.rows || isPossible($0.buffer, without: ignored) }) else {
            for move in moves { places[move.buffer.index] = move.from }
            return false
        }
        parts[own.root.index] += moves.map(\.buffer)
        parts[buffer.index] = []
        return true
    }

    /// A buffer that comes to lie elsewhere in another.
    private struct Move {
        var buffer: Buffer
        var from: Place?
        var to: Place
    }

    /// Whether every step that mentions `buffer` can do with where its buffers lie now.
    private func isPossible(_ buffer: Buffer, without ignored: [Int]) -> Bool {
        mentions[buffer].allSatisfy { index in
            gone[index] || ignored.contains(index) || !needsRows(steps[index]) || steps[index].form?.work(rows) != nil
        }
    }

    /// The place in the buffer that is no part of another.
    private func resolved(_ place: Place, bytes: Int) -> Place? {
        guard let outer = places[place.root.index] else { return place.dense }
        return place.inside(outer, bytes: bytes)?.dense
    }

    private func size(_ buffer: Buffer) -> Int {
        if case .arena(let bytes) = contents[buffer.index] { bytes } else { 0 }
    }
}

extension CopyElimination.Place {
    var isDense: Bool { rows.map { $0.bytes == $0.pitch } ?? true }

    /// The same place as one run where rows follow each other.
    var dense: Self { isDense ? Self(root: root, offset: offset) : self }

    /// The place of a part of what lies at `outer`, from its place in it; `nil` where that is neither one run nor even rows.
    func inside(_ outer: Self, bytes: Int) -> Self? {
        guard let whole = outer.rows else {
            return Self(root: outer.root, offset: outer.offset + offset, rows: rows)
        }
        let column = offset % whole.bytes
        let start = outer.offset + offset / whole.bytes * whole.pitch + column
        if let rows {
            guard rows.pitch % whole.bytes == 0, column + rows.bytes <= whole.bytes else { return nil }
            return Self(
                root: outer.root, offset: start,
                rows: Rows(bytes: rows.bytes, pitch: rows.pitch / whole.bytes * whole.pitch))
        }
        if column + bytes <= whole.bytes { return Self(root: outer.root, offset: start) }
        guard column == 0, bytes % whole.bytes == 0 else { return nil }
        return Self(root: outer.root, offset: start, rows: whole)
    }
}
