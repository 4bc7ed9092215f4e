// Loop nests over operands that lie in rows.
import CKernels

extension LoopNest {
    /// The same points in the same order where dense operand `operand`, whose first point is at `offset`, lies in rows.
    ///
    /// `nil` where its points do not run along whole rows or stay within them.
    func placed(
        _ operand: Int, offset: Int, elementBytes: Int, in rows: Rows
    ) -> (nest: LoopNest, offset: Int)? {
        guard count > 0, rows.bytes > 0 else { return nil }
        var inside = offset % rows.bytes
        var dimensions: [(extent: Int, strides: [Int])] = []
        for axis in 0..<rank {
            let extent = extent(axis)
            var strides = (0..<operandCount).map { stride($0, axis) }
            let step = strides[operand]
            guard step >= 0 else { return nil }
            if step % rows.bytes == 0 {
                strides[operand] = step / rows.bytes * rows.pitch
                dimensions.append((extent, strides))
            } else if step < rows.bytes, (extent - 1) * step < rows.bytes {
                inside += (extent - 1) * step
                dimensions.append((extent, strides))
            } else {
                // A dimension that goes on from row to row becomes one of rows and one within them.
                let columns = rows.bytes / step
                guard columns > 0, rows.bytes % step == 0, extent % columns == 0 else { return nil }
                inside += (columns - 1) * step
                var outer = strides.map { $0 * columns }
                outer[operand] = rows.pitch
                dimensions.append((extent / columns, outer))
                dimensions.append((columns, strides))
            }
        }
        guard inside + elementBytes <= rows.bytes else { return nil }
        guard let nest = try? LoopNest(count: count, { $0.fill(dimensions, operands: operandCount) }) else {
            return nil
        }
        return (nest, offset / rows.bytes * rows.pitch + offset % rows.bytes)
    }

    /// A nest of two operands as rows of elements that follow each other on both sides.
    func rowCopy(elementBytes: Int) -> (count: Int, bytes: Int, targetPitch: Int, sourcePitch: Int)? {
        guard operandCount == 2, rank <= 2, count > 0 else { return nil }
        guard rank > 0 else { return (1, elementBytes, elementBytes, elementBytes) }
        guard stride(0, rank - 1) == elementBytes, stride(1, rank - 1) == elementBytes else { return nil }
        let bytes = extent(rank - 1) * elementBytes
        guard rank == 2 else { return (1, bytes, bytes, bytes) }
        guard stride(0, 0) >= bytes, stride(1, 0) >= bytes else { return nil }
        return (extent(0), bytes, stride(0, 0), stride(1, 0))
    }

    /// The rows of elements that follow each other in the first operand.
    func rowsWritten(elementBytes: Int) -> (count: Int, bytes: Int, pitch: Int)? {
        guard rank <= 2, count > 0 else { return nil }
        guard rank > 0 else { return (1, elementBytes, elementBytes) }
        guard stride(0, rank - 1) == elementBytes else { return nil }
        let bytes = extent(rank - 1) * elementBytes
        guard rank == 2 else { return (1, bytes, bytes) }
        return stride(0, 0) >= bytes ? (extent(0), bytes, stride(0, 0)) : nil
    }
}

extension UnsafeMutablePointer<arete_nest> {
    fileprivate func fill(_ dimensions: [(extent: Int, strides: [Int])], operands: Int) -> Bool {
        arete_nest_begin(self, operands)
        for (extent, strides) in dimensions {
            guard arete_nest_append(self, extent, strides) else { return false }
        }
        arete_nest_simplify(self)
        return true
    }
}
