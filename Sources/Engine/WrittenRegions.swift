// Which of the parts of a buffer that steps write are written by one step alone.

/// Parts of one buffer.
struct WrittenRegions {
    private var regions: [Region] = []
    /// How often two regions were compared by themselves.
    private(set) var comparisonCount = 0

    private struct Region {
        var place: CopyElimination.Place
        /// Bytes of the buffer from the first to behind the last that it has.
        var extent: Range<Int>

        /// The bytes that it has of each row of the buffer; `nil` for one run, and for rows that go over the end of the buffer's.
        var columns: Range<Int>? {
            guard let rows = place.rows else { return nil }
            let first = place.offset % rows.pitch
            return first + rows.bytes <= rows.pitch ? first..<first + rows.bytes : nil
        }
    }

    mutating func add(_ place: CopyElimination.Place, bytes: Int) {
        regions.append(Region(place: place, extent: place.offset..<place.end(bytes: bytes)))
    }

    /// For each region whether it shares no byte with any other, as far as extents and columns of even rows tell.
    /// Complexity: O(n log n) where all lie one behind another, or all in the columns of the same rows; else those that do not
    /// are compared with every other.
    mutating func areAlone() -> [Bool] {
        var areAlone = Self.areApart(regions.map(\.extent))
        if areAlone.allSatisfy({ $0 }) { return areAlone }
        let columns = regions.compactMap(\.columns)
        if columns.count == regions.count, Set(regions.map { $0.place.rows?.pitch }).count == 1 {
            for (index, isApart) in Self.areApart(columns).enumerated() where isApart { areAlone[index] = true }
        }
        for index in regions.indices where !areAlone[index] {
            areAlone[index] = regions.indices.allSatisfy { $0 == index || isApart(index, $0) }
        }
        return areAlone
    }

    /// For each range whether it overlaps no other.
    private static func areApart(_ ranges: [Range<Int>]) -> [Bool] {
        var areApart = [Bool](repeating: true, count: ranges.count)
        // The range that reaches furthest of those that start before.
        var furthest: Int?
        for index in ranges.indices.sorted(by: { ranges[$0].lowerBound < ranges[$1].lowerBound }) {
            guard let last = furthest else {
                furthest = index
                continue
            }
            if ranges[last].upperBound > ranges[index].lowerBound {
                areApart[last] = false
                areApart[index] = false
            }
            if ranges[index].upperBound > ranges[last].upperBound { furthest = index }
        }
        return areApart
    }

    private mutating func isApart(_ first: Int, _ second: Int) -> Bool {
        comparisonCount += 1
        let (a, b) = (regions[first], regions[second])
        if a.extent.upperBound <= b.extent.lowerBound || b.extent.upperBound <= a.extent.lowerBound { return true }
        guard a.place.rows?.pitch == b.place.rows?.pitch, let first = a.columns, let second = b.columns else {
            return false
        }
        return first.upperBound <= second.lowerBound || second.upperBound <= first.lowerBound
    }
}

extension CopyElimination.Place {
    /// Where the last of its `bytes` bytes ends.
    fileprivate func end(bytes: Int) -> Int {
        guard let rows else { return offset + bytes }
        return offset + (bytes / rows.bytes - 1) * rows.pitch + rows.bytes
    }
}
