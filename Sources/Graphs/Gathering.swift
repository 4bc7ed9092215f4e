// Copies elements that lie apart to places that follow each other.

/// An axis of what is copied: how many elements, and how many to step over from one to the next.
typealias GatheredAxis = (size: Int, step: Int)

/// Writes one after the other the elements that lie `step` elements apart along each axis, the last axis fastest. Complexity: O(n).
func gather(
    elementBytes: Int, _ source: UnsafeRawPointer, _ axes: [GatheredAxis], _ target: UnsafeMutableRawPointer
) {
    guard axes.allSatisfy({ $0.size > 0 }) else { return }
    let axes = merged(axes)
    switch elementBytes {
    case 1: gatherBytes(source, axes, target)
    case 2: gatherRows(UInt16.self, source, axes, target)
    case 4: gatherRows(UInt32.self, source, axes, target)
    default: gatherRows(UInt64.self, source, axes, target)
    }
}

/// The same walk with axes joined where one goes on where the other ends.
private func merged(_ axes: [GatheredAxis]) -> [GatheredAxis] {
    var result: [GatheredAxis] = []
    for axis in axes {
        if let last = result.last, last.step == axis.step * axis.size {
            result[result.count - 1] = (last.size * axis.size, axis.step)
        } else {
            result.append(axis)
        }
    }
    return result
}

private func gatherRows<Element: BitwiseCopyable>(
    _ element: Element.Type, _ source: UnsafeRawPointer, _ axes: [GatheredAxis], _ target: UnsafeMutableRawPointer
) {
    guard let inner = axes.last else { return }
    let (from, to) = (source.assumingMemoryBound(to: Element.self), target.assumingMemoryBound(to: Element.self))
    var line = to
    visit(axes.dropLast()) { offset in
        var next = from + offset
        for column in 0..<inner.size {
            line[column] = next.pointee
            next += inner.step
        }
        line += inner.size
    }
}

/// Weights of bytes whose channels come first in a file and last in a kernel are matrices to turn: whole blocks of them in registers.
private func gatherBytes(_ source: UnsafeRawPointer, _ axes: [GatheredAxis], _ target: UnsafeMutableRawPointer) {
    guard axes.count >= 2, axes[axes.count - 2].step == 1, let inner = axes.last else {
        return gatherRows(UInt8.self, source, axes, target)
    }
    let columns = axes[axes.count - 2].size
    var part = target
    visit(axes.dropLast(2)) { offset in
        turn(source + offset, rows: inner.size, pitch: inner.step, columns: columns, part)
        part += inner.size * columns
    }
}

/// Calls `body` with the offset of each point of `axes`, the last axis fastest.
private func visit(_ axes: ArraySlice<GatheredAxis>, _ body: (Int) -> Void) {
    var index = [Int](repeating: 0, count: axes.count)
    var offset = 0
    for _ in 0..<axes.reduce(1, { $0 * $1.size }) {
        body(offset)
        for position in index.indices.reversed() {
            let axis = axes[axes.startIndex + position]
            index[position] += 1
            offset += axis.step
            if index[position] < axis.size { break }
            offset -= axis.step * axis.size
            index[position] = 0
        }
    }
}

/// Byte `row` of column `column` of the target is byte `column` of row `row` of the source, whose rows begin `pitch` bytes apart.
private func turn(
    _ source: UnsafeRawPointer, rows: Int, pitch: Int, columns: Int, _ target: UnsafeMutableRawPointer
) {
    let (wholeRows, wholeColumns) = (rows & ~7, columns & ~7)
    for row in stride(from: 0, to: wholeRows, by: 8) {
        for column in stride(from: 0, to: wholeColumns, by: 8) {
            turnBlock(source + row * pitch + column, pitch, target + column * rows + row, rows)
        }
    }
    func turnSingly(_ rowRange: Range<Int>, _ columnRange: Range<Int>) {
        for column in columnRange {
            for row in rowRange {
                target.storeBytes(
                    of: source.load(fromByteOffset: row * pitch + column, as: UInt8.self),
                    toByteOffset: column * rows + row, as: UInt8.self)
            }
        }
    }
    turnSingly(0..<wholeRows, wholeColumns..<columns)
    turnSingly(wholeRows..<rows, 0..<columns)
}

/// Turns eight rows of eight bytes: halves of words change places, then quarters, then bytes.
@inline(__always)
private func turnBlock(_ source: UnsafeRawPointer, _ pitch: Int, _ target: UnsafeMutableRawPointer, _ targetPitch: Int)
{
    func row(_ index: Int) -> UInt64 {
        UInt64(littleEndian: source.loadUnaligned(fromByteOffset: index * pitch, as: UInt64.self))
    }
    func exchange(_ upper: inout UInt64, _ lower: inout UInt64, _ shift: UInt64, _ mask: UInt64) {
        let changed = (upper &>> shift ^ lower) & mask
        lower ^= changed
        upper ^= changed &<< shift
    }
    var (a, b, c, d, e, f, g, h) = (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7))
    let (halves, quarters, bytes): (UInt64, UInt64, UInt64) = (
        0x0000_0000_ffff_ffff, 0x0000_ffff_0000_ffff, 0x00ff_00ff_00ff_00ff
    )
    exchange(&a, &e, 32, halves)
    exchange(&b, &f, 32, halves)
    exchange(&c, &g, 32, halves)
    exchange(&d, &h, 32, halves)
    exchange(&a, &c, 16, quarters)
    exchange(&b, &d, 16, quarters)
    exchange(&e, &g, 16, quarters)
    exchange(&f, &h, 16, quarters)
    exchange(&a, &b, 8, bytes)
    exchange(&c, &d, 8, bytes)
    exchange(&e, &f, 8, bytes)
    exchange(&g, &h, 8, bytes)
    func store(_ column: UInt64, _ index: Int) {
        target.storeBytes(of: column.littleEndian, toByteOffset: index * targetPitch, as: UInt64.self)
    }
    store(a, 0)
    store(b, 1)
    store(c, 2)
    store(d, 3)
    store(e, 4)
    store(f, 5)
    store(g, 6)
    store(h, 7)
}
