// Which ground was searched.
import Geolocation
import Link
import Terrain

/// Adds up what senders' cameras saw, from the poses that they told.
struct SearchMap {
    private let sight: CameraSight
    private var area: SearchedArea?
    private var last: [StoredPose.Camera: StoredPose] = [:]

    /// Metres between two looks: less than half of what a camera sees from 60 m above ground.
    private static let step = 25.0

    init(_ sight: CameraSight) { self.sight = sight }

    /// Takes poses of a camera in their order; an older one than before counts for nothing. Complexity: some 3 ms for each look, of which there is
    /// one each 25 m.
    ///
    /// - Returns: whether any ground was seen.
    mutating func take(_ pose: StoredPose) -> Bool {
        let before = last[pose.camera]
        if let before, (pose.epoch, pose.happened) <= (before.epoch, before.happened) { return false }
        last[pose.camera] = pose
        var area = self.area ?? SearchedArea(origin: pose.place)
        var hasSeen = false
        for place in before.map({ pose.way(from: $0, step: Self.step) }) ?? [pose] {
            guard let (geolocator, exposure) = sight.geolocator(place) else { continue }
            if area.look(geolocator, pose: exposure, at: Double(place.happened) / 1000) > 0 { hasSeen = true }
        }
        if hasSeen { self.area = area }
        return hasSeen
    }

    /// Why a camera's ground is not known; `nil` where it is.
    func trouble(_ camera: StoredPose.Camera) -> String? {
        guard let pose = last[camera] else { return nil }
        if pose.altitude == nil { return "its height above the sea is not known" }
        if pose.view == nil { return "the view of its lens is not known" }
        func place(_ degrees: Double, _ positive: String, _ negative: String) -> String {
            let tenths = Int((degrees.magnitude * 10_000).rounded())
            let rest = String(tenths % 10_000)
            let digits = String(repeating: "0", count: 4 - rest.count) + rest
            return "\(tenths / 10_000).\(digits) \(degrees < 0 ? negative : positive)"
        }
        let there = "\(place(pose.place.latitude, "N", "S")) \(place(pose.place.longitude, "E", "W"))"
        switch sight.terrain.height(latitude: pose.place.latitude, longitude: pose.place.longitude) {
        case .metres: return nil
        case .void: return "the terrain has no height at \(there)"
        case .missing: return "there is no terrain at \(there)"
        case .damaged(let reason): return reason
        }
    }

    var cameras: [StoredPose.Camera] { Array(last.keys) }
    /// `nil` as long as nothing was seen.
    var picture: SearchedPicture? { area?.picture() }
    /// Looks at ground for which there was no room.
    var left: Int { area?.left ?? 0 }
}
