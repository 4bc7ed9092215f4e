// What each step of a model costs: time, arithmetic against the core's peak, bytes moved.
import Engine
import JSON

struct BenchProfile {
    let steps: [Step]
    /// Of one thread, in billions of multiply-accumulates a second.
    let peak: Double

    struct Step {
        var name: String
        var kind: String
        var milliseconds: Double
        var multiplyAccumulates: Int
        /// Of all buffers that it reads and writes, each whole.
        var bytes: Int

        var gmacsPerSecond: Double { milliseconds > 0 ? Double(multiplyAccumulates) / (milliseconds * 1e6) : 0 }
        var gigabytesPerSecond: Double { milliseconds > 0 ? Double(bytes) / (milliseconds * 1e6) : 0 }
    }

    /// - Parameter times: of each step in nanoseconds, run by run; the median counts.
    init(_ program: Program, times: [[UInt64]], peak: Double) {
        self.peak = peak
        steps = zip(program.steps.indices, times).map { index, times in
            let step = program.steps[index]
            let origin = step.origin
            let made = "\(origin.operatorName.lowercased())_\(origin.index)"
            return Step(
                name: origin.nodeName.isEmpty ? made : origin.nodeName, kind: step.kind,
                milliseconds: Double(times.percentile(0.5)) / 1e6, multiplyAccumulates: step.multiplyAccumulates,
                bytes: program.bytesTouched(byStep: index))
        }
    }

    var json: JSONValue {
        JSONValue(
            steps.map { step in
                [
                    "name": JSONValue(step.name), "kind": JSONValue(step.kind), "ms": rounded(step.milliseconds),
                    "gmacs_per_s": rounded(step.gmacsPerSecond),
                    "peak_share": rounded(peak > 0 ? step.gmacsPerSecond / peak : 0), "bytes": JSONValue(step.bytes),
                    "gb_per_s": rounded(step.gigabytesPerSecond),
                ]
            })
    }

    /// The steps in their order, then their sums by kind, the longest first.
    var text: String {
        let total = steps.reduce(0) { $0 + $1.milliseconds }
        var rows = [["step", "ms", "share", "GMAC/s", "of peak", "kB", "GB/s", "node"]]
        rows += steps.map { cells($0, total: total) + [$0.name] }
        var kinds: [String: Step] = [:]
        var counts: [String: Int] = [:]
        for step in steps {
            counts[step.kind, default: 0] += 1
            guard var sum = kinds[step.kind] else {
                kinds[step.kind] = step
                continue
            }
            sum.milliseconds += step.milliseconds
            sum.multiplyAccumulates += step.multiplyAccumulates
            sum.bytes += step.bytes
            kinds[step.kind] = sum
        }
        var sums = [["kind", "ms", "share", "GMAC/s", "of peak", "kB", "GB/s", "steps"]]
        for sum in kinds.values.sorted(by: { ($0.milliseconds, $1.kind) > ($1.milliseconds, $0.kind) }) {
            sums.append(cells(sum, total: total) + [String(counts[sum.kind] ?? 0)])
        }
        return Self.table(rows) + "\n\n" + Self.table(sums)
    }

    private func cells(_ step: Step, total: Double) -> [String] {
        let computes = step.multiplyAccumulates > 0
        return [
            step.kind, milliseconds(step.milliseconds), percent(step.milliseconds, of: total),
            computes ? decimal(step.gmacsPerSecond, digits: 1) : "",
            computes ? percent(step.gmacsPerSecond, of: peak) : "", decimal(Double(step.bytes) / 1e3, digits: 1),
            decimal(step.gigabytesPerSecond, digits: 1),
        ]
    }

    private func percent(_ part: Double, of whole: Double) -> String {
        whole > 0 ? decimal(part / whole * 100, digits: 1) + "%" : ""
    }

    /// Columns of equal width: the first and the last to the left, numbers to the right.
    private static func table(_ rows: [[String]]) -> String {
        let last = rows[0].count - 1
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column == last ? row[column] : column == 0 ? row[column] + space : space + row[column]
            }.joined(separator: "  ")
        }.map { "  " + $0 }.joined(separator: "\n")
    }
}
