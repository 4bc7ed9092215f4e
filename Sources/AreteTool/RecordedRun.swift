// Results that a pipeline wrote, as if they came now.
import Link
import Publishing
import Tensors

/// A file of results, a JSON document a line.
struct RecordedRun {
    private let path: String
    private let lines: [Substring]

    init(_ path: String) throws {
        self.path = path
        let file = try MappedFile(path: path)
        lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Puts all into a store at the pace of their times, until somebody wants it to end.
    ///
    /// - Parameter wait: does other work for so many seconds at most.
    func play(into store: TrackStore, wait: (Double) -> Void) throws {
        Interruption.watch()
        let start = Clock.wall
        var first: Double?
        var sources: [String] = []
        var classes: [String] = []
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let result = try RecordedResult(String(line), source: "\(path), line \(index + 1)")
            if let time = result.time {
                let due = start + time - (first ?? time)
                first = first ?? time
                while Clock.wall < due, !Interruption.isWanted { wait(due - Clock.wall) }
            }
            if Interruption.isWanted { return }
            if !sources.contains(result.source) {
                sources.append(result.source)
                store.describe(cameras: sources)
            }
            if add(result.labels, to: &classes) { store.describe(classes: classes) }
            put(result, camera: sources.firstIndex(of: result.source) ?? 0, into: store)
            wait(0)
        }
    }

    /// Returns whether one of them is new.
    private func add(_ labels: [Int: String], to classes: inout [String]) -> Bool {
        var isNew = false
        for (number, label) in labels where (0..<Self.mostClasses).contains(number) {
            while classes.count <= number { classes.append("\(classes.count)") }
            isNew = isNew || classes[number] != label
            classes[number] = label
        }
        return isNew
    }

    private static let mostClasses = 255

    private func put(_ result: RecordedResult, camera: Int, into store: TrackStore) {
        if let tracks = result.tracks { store.see(tracks.map { $0.of(camera: camera) }, source: result.source) }
        if let (name, track) = result.rule { store.fit(rule: name, camera: camera, id: track) }
        if let left = result.left { store.lose(camera: camera, id: left) }
        if let part = result.part { store.judge(part, source: result.source) }
    }
}
