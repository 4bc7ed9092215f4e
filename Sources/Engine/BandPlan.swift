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
        self.windows = windows
        let end = windows.last?.outputRows ?? 0
        rows = stride(from: 0, to: end, by: height).map { start in
            var needed = start..<min(start + height, end)
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
    ///   - threads: that share the bands: each is to get as many as any other.
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
        let fewest = (height + most - 1) / most
        let count = (fewest + threads - 1) / threads * threads
        let even = ((height + count - 1) / count + 1) & ~1
        self.init(windows, height: min(even, max(1, most & ~1)))
    }

    /// The most rows of a layer's result that any band depends on.
    func mostRows(ofLayer layer: Int) -> Int { rows.map { $0[layer].count }.max() ?? 0 }
}
