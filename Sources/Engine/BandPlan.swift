// The rows that each layer of a chain computes, band by band.

/// A chain of layers, each of which reads the one before, in bands of the last one's rows.
struct BandPlan: Equatable {
    /// How the windows of a layer lie along the height.
    struct Window: Hashable {
        var inputRows, outputRows: Int
        var kernel = 1
        var stride = 1
        var dilation = 1
        var padTop = 0

        /// The rows of the input that rows of the result depend on; one of them where all lie outside.
        func inputs(for rows: Range<Int>) -> Range<Int> {
            let first = rows.lowerBound * stride - padTop
            let last = (rows.upperBound - 1) * stride - padTop + (kernel - 1) * dilation
            let low = min(max(first, 0), inputRows - 1)
            return low..<max(low, min(last, inputRows - 1)) + 1
        }

        /// The most rows of the input that so many rows of the result depend on.
        func inputCount(for rows: Int) -> Int { min(inputRows, (rows - 1) * stride + (kernel - 1) * dilation + 1) }
    }

    let windows: [Window]
    /// For each band the rows of each layer's result that it depends on.
    let rows: [[Range<Int>]]

    /// - Parameter height: rows of the last layer's result in a band; the last band may have fewer.
    init(_ windows: [Window], height: Int) {
        let end = windows.last?.outputRows ?? 0
        self.init(windows, stride(from: 0, to: end, by: height).map { $0..<min($0 + height, end) })
    }

    /// - Parameter bands: which rows of the last layer's result they have.
    private init(_ windows: [Window], _ bands: [Range<Int>]) {
        self.windows = windows
        rows = bands.map { band in
            var needed = band
            var result = [needed]
            for window in windows.dropFirst().reversed() {
                needed = window.inputs(for: needed)
                result.append(needed)
            }
            return result.reversed()
        }
    }

    /// The fewest bands whose rows of all results but the last take `mostBytes` at most; `nil` where one row takes more.
    /// - Parameters:
    ///   - rowBytes: of each result but the last.
    ///   - threads: that share the bands: each is to get as many rows as any other.
    init?(_ windows: [Window], rowBytes: [Int], mostBytes: Int, threads: Int) {
        guard let height = windows.last?.outputRows, height > 0 else { return nil }
        func bytes(_ rows: Int) -> Int {
            var (rows, sum) = (rows, 0)
            for (window, bytes) in zip(windows.dropFirst(), rowBytes).reversed() {
                rows = window.inputCount(for: rows)
                sum += rows * bytes
            }
            return sum
        }
        guard let most = (1...height).last(where: { bytes($0) <= mostBytes }) else { return nil }
        // Kernels may compute rows in pairs.
        let unit = most > 1 ? 2 : 1
        func units(_ rows: Int) -> Int { (rows + unit - 1) / unit }
        let threads = min(threads, height)
        let count = (units((height + threads - 1) / threads) + most / unit - 1) / (most / unit)
        var bands: [Range<Int>] = []
        for thread in 0..<threads {
            let own = ThreadPool.band(thread, of: threads, units: height)
            for index in 0..<count {
                let part = ThreadPool.band(index, of: count, units: units(own.count))
                let end = min(own.lowerBound + part.upperBound * unit, own.upperBound)
                let band = own.lowerBound + part.lowerBound * unit..<end
                if !band.isEmpty { bands.append(band) }
            }
        }
        self.init(windows, bands)
    }

    /// The most rows of a layer's result that any band depends on.
    func mostRows(ofLayer layer: Int) -> Int { rows.map { $0[layer].count }.max() ?? 0 }
}
