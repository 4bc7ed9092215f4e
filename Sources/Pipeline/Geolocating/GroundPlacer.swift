// Objects that are followed get places on the ground.
import Geolocation
import Link
import Publishing
import Vision

/// Where an object is, or why nobody knows.
public struct TrackPlace: Hashable, Sendable {
    /// `nil` where the picture, or the pose that it was taken in, does not tell it.
    public var position: GroundPosition?
    /// What makes the position doubtful, or why there is none; `nil` where there is nothing to say.
    public var remark: String?
}

/// Puts what is seen in one source's pictures on the ground, and fuses the sightings of each object. For one thread at a time.
final class GroundPlacer {
    private struct Known {
        var track: GroundTrack
        var seen: Double
    }

    private let view: GroundView
    private let poses: PoseSource
    /// Seconds for which the tracker keeps an id.
    private let memory: Double
    private var locator: (size: SIMD2<Int>, result: Result<Geolocator, ViewRefusal>)?
    private var known: [Int: Known] = [:]
    private var trust = PoseTrust()

    /// Whoever is looked for walks, m/s.
    private static let speed = 1.4
    /// Seconds after its last sighting that fits the others, from which on an object's place is not told as one of now.
    private static let longestAge = 5.0
    private static let most = 1000

    init(_ view: GroundView, poses: PoseSource, memory: Double) {
        (self.view, self.poses, self.memory) = (view, poses, memory)
    }

    /// What a picture tells.
    struct Look {
        /// Of the objects that are in it, by their ids.
        var places: [Int: TrackPlace] = [:]
        /// Where a recorded flight was.
        var vehicle: StoredVehicle?
        /// What is to be told of it, a line each.
        var notices: [String] = []
    }

    /// - Parameter tracks: all that are followed.
    func look(_ tracks: [Track], _ head: FrameHead, _ times: FrameTimes) -> Look {
        var look = Look()
        let (state, time) = poses.vehicle(times, latency: view.configuration.latency)
        if case .log = poses { look.vehicle = StoredVehicle(state, at: time) }
        let pose: Result<(Geolocator, ExposurePose), ViewRefusal>
        switch locator(SIMD2(head.width, head.height)) {
        case .failure(let refusal): pose = .failure(refusal)
        case .success(let locator):
            do throws(GroundRefusal) { pose = .success((locator, try locator.pose(of: state, at: time))) } catch {
                pose = .failure(ViewRefusal(description: error.description))
            }
        }
        let now = times.elapsed
        for track in tracks where track.lastSeen >= head.time {
            switch pose {
            case .failure(let refusal): look.places[track.id] = TrackPlace(position: nil, remark: refusal.description)
            case .success(let (locator, pose)): look.places[track.id] = place(track, locator, pose, at: now)
            }
        }
        forgetOld(at: now)
        var refusal: String?
        if case .failure(let why) = pose { refusal = why.description }
        look.notices = [trust.note(refusal, at: now), poses.takeTrouble()].compactMap { $0 }
        look.notices += view.terrain?.takeNews() ?? []
        return look
    }

    /// All objects get other ids from now on.
    func forget() { known = [:] }

    private func locator(_ size: SIMD2<Int>) -> Result<Geolocator, ViewRefusal> {
        if let locator, locator.size == size { return locator.result }
        let result: Result<Geolocator, ViewRefusal>
        do throws(ViewRefusal) { result = .success(try view.locator(width: size.x, height: size.y)) } catch {
            result = .failure(error)
        }
        locator = (size, result)
        return result
    }

    private func place(_ track: Track, _ locator: Geolocator, _ pose: ExposurePose, at now: Double) -> TrackPlace {
        // A box counts from the corner of the first pixel and not from its middle.
        let foot = locator.foot(
            left: Double(track.box.x) - 0.5, top: Double(track.box.y) - 0.5, width: Double(track.box.width),
            height: Double(track.box.height), pose: pose)
        do throws(GroundRefusal) {
            let sighting = try locator.sighting(x: foot.x, y: foot.y, pose: pose)
            if var seen = known[track.id] {
                seen.track.add(sighting, at: now)
                seen.seen = now
                known[track.id] = seen
            } else {
                makeRoom()
                let begun = GroundTrack(sighting, at: now, motion: .moving(speed: Self.speed))
                known[track.id] = Known(track: begun, seen: now)
            }
        } catch {
            return TrackPlace(position: nil, remark: error.description)
        }
        guard let fused = known[track.id]?.track.position(at: now), fused.age <= Self.longestAge else {
            return TrackPlace(position: nil, remark: "its last sightings do not agree where it is")
        }
        let warnings = fused.warnings.map(\.description)
        return TrackPlace(
            position: fused.position(), remark: warnings.isEmpty ? nil : warnings.joined(separator: "; "))
    }

    private func forgetOld(at now: Double) {
        known = known.filter { now - $0.value.seen <= memory }
    }

    private func makeRoom() {
        guard known.count >= Self.most, let oldest = known.min(by: { $0.value.seen < $1.value.seen }) else { return }
        known[oldest.key] = nil
    }
}
