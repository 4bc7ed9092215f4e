// One rule at one source.
import Imaging
import Vision

/// Tells which objects a rule fits now. An object is told once until the opposite has happened.
struct RuleWatch {
    let rule: RuleConfiguration
    private let memory: Double
    private var known: [Int: Known] = [:]

    /// What boxes are measured with now.
    private var plane: PlaneCalibration?

    private struct Known {
        var lastSeen: Double
        /// The point that counts, in parts of the picture.
        var point: RuleConfiguration.Point
        var isInside: Bool
        /// Left of the line (1), right of it (-1), or not yet clear of it (0).
        var side: Int
        var wasTold = false
        var track: Track
    }

    /// - Parameter memory: seconds after which an object that is not seen is gone.
    init(_ rule: RuleConfiguration, memory: Double) {
        self.rule = rule
        self.memory = memory
    }

    /// - Parameter plane: what boxes are measured with.
    /// - Returns: the objects that the rule fits, by their id. Complexity: O(tracks * corners + objects known).
    mutating func fitting(
        _ tracks: [Track], width: Int, height: Int, time: Double, plane: PlaneCalibration? = nil
    ) -> [Track] {
        self.plane = plane
        var fitting: [Track] = []
        for track in tracks where concerns(track) {
            let point = point(of: track.box, width: width, height: height)
            let isInside = rule.zone.isEmpty || Self.contains(rule.zone, point)
            guard var object = known[track.id] else {
                let side = rule.when == .crosses ? side(of: point) : 0
                var object = Known(lastSeen: time, point: point, isInside: isInside, side: side, track: track)
                if rule.when == .appears, isInside, suits(track) {
                    object.wasTold = true
                    fitting.append(track)
                }
                known[track.id] = object
                continue
            }
            if fits(&object, track, point, isInside) { fitting.append(track) }
            object.lastSeen = time
            object.point = point
            object.isInside = isInside
            object.track = track
            known[track.id] = object
        }
        return (fitting + gone(at: time)).sorted { $0.id < $1.id }
    }

    /// Forgets all objects. Returns those that the rule fits for that.
    mutating func forget() -> [Track] {
        defer { known = [:] }
        return lost(Array(known.values))
    }

    /// Objects that were lost where leaving counts; forgets all that are gone.
    private mutating func gone(at time: Double) -> [Track] {
        let lost = known.filter { time - $0.value.lastSeen > memory }
        for id in lost.keys { known[id] = nil }
        return self.lost(Array(lost.values))
    }

    /// Those of lost objects that the rule fits, by their id.
    private func lost(_ objects: [Known]) -> [Track] {
        guard rule.when == .leaves else { return [] }
        return objects.filter { $0.isInside && hasSize($0.track) }.map(\.track).sorted { $0.id < $1.id }
    }

    private func concerns(_ track: Track) -> Bool { rule.labels.isEmpty || rule.labels.contains(track.label) }

    private func suits(_ track: Track) -> Bool { track.score >= rule.leastScore && hasSize(track) }

    /// What cannot be measured has no size that could be told.
    private func hasSize(_ track: Track) -> Bool {
        guard let limits = rule.size else { return true }
        return plane?.millimetres(of: track.box).map { limits.contains($0.size) } ?? false
    }

    private func fits(
        _ object: inout Known, _ track: Track, _ point: RuleConfiguration.Point, _ isInside: Bool
    ) -> Bool {
        switch rule.when {
        case .appears:
            guard isInside, !object.wasTold, suits(track) else { return false }
            object.wasTold = true
            return true
        case .enters: return isInside && !object.isInside && suits(track)
        case .leaves: return !isInside && object.isInside && hasSize(track)
        case .crosses:
            let side = side(of: point)
            guard side != 0, side != object.side else { return false }
            defer { object.side = side }
            return object.side != 0 && isOnLine(between: object.point, point) && suits(track)
        }
    }

    private func point(of box: Box, width: Int, height: Int) -> RuleConfiguration.Point {
        let y = rule.anchor == .bottom ? box.y + box.height : box.y + box.height / 2
        return RuleConfiguration.Point(
            x: Double(box.x + box.width / 2) / Double(max(width, 1)), y: Double(y) / Double(max(height, 1)))
    }

    /// An object is clear of the line from a hundredth of the picture on: boxes tremble.
    private static let clear = 0.01

    private func side(of point: RuleConfiguration.Point) -> Int {
        let (a, b) = (rule.line[0], rule.line[1])
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let distance = (dx * (point.y - a.y) - dy * (point.x - a.x)) / (dx * dx + dy * dy).squareRoot()
        return distance > Self.clear ? 1 : distance < -Self.clear ? -1 : 0
    }

    /// Whether the way from one point to another passes the line between its ends, not beyond them.
    private func isOnLine(between from: RuleConfiguration.Point, _ to: RuleConfiguration.Point) -> Bool {
        let (a, b) = (rule.line[0], rule.line[1])
        let middle = (x: (from.x + to.x) / 2, y: (from.y + to.y) / 2)
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let along = ((middle.x - a.x) * dx + (middle.y - a.y) * dy) / (dx * dx + dy * dy)
        return along >= 0 && along <= 1
    }

    /// Whether a polygon holds a point: a ray from it meets an odd number of sides.
    private static func contains(_ corners: [RuleConfiguration.Point], _ point: RuleConfiguration.Point) -> Bool {
        var isInside = false
        var previous = corners[corners.count - 1]
        for corner in corners {
            if (corner.y > point.y) != (previous.y > point.y),
                point.x < (previous.x - corner.x) * (point.y - corner.y) / (previous.y - corner.y) + corner.x
            {
                isInside.toggle()
            }
            previous = corner
        }
        return isInside
    }
}
