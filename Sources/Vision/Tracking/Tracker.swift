// Detections of single frames become objects that keep their id.
import Imaging

/// Follows objects from frame to frame.
///
/// Sure detections are matched to known objects by overlap with their predicted boxes, doubtful ones to those that are left (as in
/// ByteTrack, Zhang et al. 2022); a Kalman filter predicts each box. Objects count once they were seen in several frames running.
/// Results depend on the detections, the times and the order of calls only.
public struct Tracker: Sendable {
    private let options: TrackerOptions
    private var objects: [TrackedObject] = []
    private var time: Double?
    private var nextID = 1

    /// Detections of one frame, and objects that are known at once: more is no scene but a fault, and must not fill the memory.
    public static let most = 2000

    public init(_ options: TrackerOptions = TrackerOptions()) {
        self.options = options
    }

    /// Takes one frame's detections, at `time` in seconds, and returns the objects that are seen now or were a moment ago, by their id.
    ///
    /// Detections whose box has no area or lies beyond a million pixels are left out, and the least sure of more than `most`. A time that is none, or before the last one,
    /// counts as that.
    ///
    /// - Parameter camera: how the camera moved since the frame before, where that is known (`CameraMotionEstimator`); else it is taken to stand still.
    /// Complexity: O(tracks * detections), and O(n^3) for each group of n that overlap one another.
    public mutating func update(
        _ detections: [Detection], at time: Double, camera: CameraMotion? = nil
    ) -> [Track] {
        let last = self.time ?? (time.isFinite ? time : 0)
        let now = time.isFinite ? max(time, last) : last
        self.time = now
        objects.removeAll { now - $0.lastSeen > options.memory }
        for index in objects.indices {
            if let camera { objects[index].follow(camera) }
            objects[index].advance(by: now - last)
        }
        let usable = Self.surest(detections.filter { Self.isUsable($0.box) && $0.score >= options.doubtful })
        var sure = usable.filter { $0.score >= options.sure }
        var doubtful = usable.filter { $0.score < options.sure }
        var waiting = objects.indices.filter { objects[$0].isConfirmed }
        match(&waiting, &sure, margin: options.margin, at: now)
        // A doubtful detection far from where an object was lost is more often something else.
        waiting.removeAll { now - objects[$0].lastSeen > options.doubtfulMemory }
        match(&waiting, &doubtful, margin: 0, at: now)
        var newcomers = objects.indices.filter { !objects[$0].isConfirmed }
        match(&newcomers, &sure, margin: options.margin, at: now)
        let forgotten = Set(newcomers.map { objects[$0].id })
        objects.removeAll { forgotten.contains($0.id) }
        for detection in sure {
            objects.append(TrackedObject(id: nextID, detection, at: now, options))
            nextID += 1
        }
        if objects.count > Self.most {
            objects.sort { ($0.lastSeen, $1.id) > ($1.lastSeen, $0.id) }
            objects.removeLast(objects.count - Self.most)
            objects.sort { $0.id < $1.id }
        }
        return objects.filter { isReported($0, at: now) }.compactMap { shown($0.track, at: now) }
    }

    /// Forgets all objects: what comes is of another view, or of pictures of another size. No id is given twice.
    public mutating func forget() { objects = [] }

    /// Carries objects on with the detections that overlap them best on the whole; takes both out of the lists.
    private mutating func match(_ waiting: inout [Int], _ detections: inout [Detection], margin: Float, at now: Double)
    {
        guard !waiting.isEmpty, !detections.isEmpty else { return }
        let grown = detections.map { $0.box.grown(by: margin) }
        var overlaps = [Double](repeating: 0, count: waiting.count * detections.count)
        for (row, index) in waiting.enumerated() {
            let box = objects[index].box.grown(by: margin)
            for column in detections.indices where detections[column].classIndex == objects[index].latest.classIndex {
                let overlap = box.overlap(with: grown[column])
                if overlap >= options.overlap { overlaps[row * detections.count + column] = Double(overlap) }
            }
        }
        let pairs = Assignment.best(overlaps, rows: waiting.count, columns: detections.count)
        for pair in pairs { objects[waiting[pair.row]].see(detections[pair.column], at: now) }
        let rows = Set(pairs.map(\.row))
        let columns = Set(pairs.map(\.column))
        waiting = waiting.indices.filter { !rows.contains($0) }.map { waiting[$0] }
        detections = detections.indices.filter { !columns.contains($0) }.map { detections[$0] }
    }

    /// All in their order, or of more than `most` the surest.
    private static func surest(_ detections: [Detection]) -> [Detection] {
        detections.count <= most
            ? detections : Array(detections.sorted { $0.score > $1.score }.prefix(most))
    }

    /// Predictions of farther boxes would leave what numbers can hold.
    private static func isUsable(_ box: Box) -> Bool {
        box.width > 0 && box.height > 0 && [box.x, box.y, box.width, box.height].allSatisfy { abs($0) <= 1_000_000 }
    }

    /// The track as far as it lies in the picture; `nil` for a prediction that has left it.
    private func shown(_ track: Track, at now: Double) -> Track? {
        guard let picture = options.picture else { return track }
        var shown = track
        shown.box = track.box.clipped(width: picture.width, height: picture.height)
        let inside = shown.box.width * shown.box.height
        guard track.lastSeen == now || 2 * inside >= track.box.width * track.box.height else { return nil }
        // Filters follow a box with some delay: one seen at the border may lie beyond it.
        return inside > 0 ? shown : nil
    }

    private func isReported(_ object: TrackedObject, at now: Double) -> Bool {
        let known = object.lastSeen - object.firstSeen
        return object.isConfirmed && now - object.lastSeen <= min(options.predicted, options.predictedShare * known)
    }
}
