// Out to the ground stations of vehicles.
import Link
import MAVLink

/// Shows what is found as a camera of the vehicle does: events as texts, and the most confident object as the one that it follows. Stock ground stations
/// (QGroundControl, Mission Planner, MAVProxy) need nothing else for it.
public final class MAVLinkOutlet: Outlet {
    public let name: String
    private let clock: LinkClock
    private let end: MAVLinkEnd
    private let component: CameraComponent
    private var tracks: [Int: StoredTrack] = [:]
    /// The newest last.
    private var texts: [(text: String, severity: UInt8)] = []
    private var toldTextAt = Int.min / 2
    private var toldTrackAt = Int.min / 2
    /// When the object was seen that was told last; `nil`: that there is none.
    private var toldSighting: Int?
    private var counts = OutletFigures()

    /// Milliseconds: people read no faster, and a line of 57,600 baud carries more than this.
    private static let textEvery = 1000
    private static let trackEvery = 200
    /// Milliseconds after which an object that was not seen is not followed any more.
    private static let memory = 2000
    /// Older ones are given up.
    private static let mostTexts = 30
    /// Messages of others that are taken in a turn.
    private static let mostReceives = 256

    private enum Severity { static let (warning, info): (UInt8, UInt8) = (4, 6) }
    private enum Status { static let (idle, active): (UInt8, UInt8) = (0, 1) }
    private static let rectangle: UInt8 = 2

    /// - Parameters:
    ///   - place: `mavlink:` and where.
    ///   - line: what is there.
    ///   - box: what the camera is called.
    ///   - clock: of the store that it tells of.
    public init(name: String, to place: PortPlace, over line: MAVLinkLine, box: String, clock: LinkClock) {
        (self.name, self.clock) = (name, clock)
        // MAV_COMP_ID_CAMERA of the first vehicle.
        let sender = place.sender(MAVLinkFrame.Sender(system: 1, component: 100))
        end = MAVLinkEnd(line, sender: sender, type: Heartbeat.camera)
        component = CameraComponent(
            sender: end.sender,
            information: CameraInformation(
                bootMilliseconds: UInt32(truncatingIfNeeded: clock.now),
                flags: CameraInformation.tracksRectangles | CameraInformation.tracksPlaces, width: 0, height: 0,
                vendor: "Arete", model: box))
    }

    public let lacks = [
        "more than one object at a time", "numbers, classes and confidence of objects, but in the texts of events",
        "health", "reasons of a part but the first", "acknowledgements: what the line loses is lost",
    ]
    public var descriptors: [Int32] { [end.descriptor] }

    public var figures: OutletFigures {
        var figures = counts
        figures.sentBytes = end.sentBytes
        figures.waiting = texts.count
        (figures.trouble, figures.refused) = (end.trouble, end.refused)
        return figures
    }

    // MARK: What there is to tell

    public func take(_ changes: StoreChanges) {
        for track in changes.tracks { tracks[track.number] = track.end == nil ? track : nil }
        let now = clock.now
        tracks = tracks.filter { now - $0.value.lastSeen < Self.memory }
        for event in changes.events { texts.append(text(event)) }
        counts.dropped += changes.missed + max(texts.count - Self.mostTexts, 0)
        texts.removeFirst(max(texts.count - Self.mostTexts, 0))
    }

    private func text(_ event: StoredEvent) -> (String, UInt8) {
        switch event.kind {
        case .rule(_, let name, let track): ("\(name): \(text(track))", Severity.warning)
        case .gone(let track, let reason): ("\(text(track)): \(reason)", Severity.info)
        case .part(let part):
            (
                "part \(part.number) \(part.serial): "
                    + (part.isGood ? "pass" : "fail" + (part.reasons.first.map { ", \($0)" } ?? "")),
                part.isGood ? Severity.info : Severity.warning
            )
        }
    }

    private func text(_ track: StoredTrack) -> String {
        let score = track.sighting.score.map { " \(whole($0 * 100))%" } ?? ""
        let place = track.sighting.position.map { position in
            " \(degrees(position.place.latitude)) \(degrees(position.place.longitude))"
                + " +-\(whole(position.error)) m"
        }
        return "\(track.label) \(track.number)\(score)\(place ?? "")"
    }

    private func whole(_ value: Double) -> Int { Int(exactly: value.rounded()) ?? 0 }

    /// A metre is enough for people.
    private func degrees(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

    // MARK: The way out

    public func turn() -> Int {
        let now = clock.now
        let endPause = end.turn(at: now)
        answer()
        tellObject(at: now)
        // The newest first: what happened long ago is of less use to who flies.
        if now - toldTextAt >= Self.textEvery, end.isReady, let (text, severity) = texts.popLast() {
            toldTextAt = now
            end.send(text: text, severity: severity)
            counts.sentMessages += 1
        }
        let textPause = texts.isEmpty ? Int.max : max(toldTextAt + Self.textEvery - now, 1)
        let trackPause = tracks.isEmpty ? Self.memory : max(toldTrackAt + Self.trackEvery - now, 1)
        return min(endPause, textPause, trackPause)
    }

    private func answer() {
        for _ in 0..<Self.mostReceives {
            guard let came = end.receive() else { return }
            guard let command = came.frame.message as? CommandLong else { continue }
            for answer in component.answers(to: command, from: came.frame.sender) {
                end.send(answer, to: came.peer)
                counts.sentMessages += 1
            }
        }
    }

    private func tellObject(at now: Int) {
        guard now - toldTrackAt >= Self.trackEvery, end.isReady else { return }
        let best = tracks.values.filter { now - $0.lastSeen < Self.memory }.max {
            ($0.sighting.score ?? 0, $1.number) < ($1.sighting.score ?? 0, $0.number)
        }
        guard best?.lastSeen != toldSighting else { return }
        (toldTrackAt, toldSighting) = (now, best?.lastSeen)
        guard let sighting = best?.sighting else {
            end.send(CameraTrackingImageStatus(status: Status.idle, mode: 0, targetData: 0))
            counts.sentMessages += 1
            return
        }
        let box = sighting.box
        let (halfWidth, halfHeight) = (box.width / 2, box.height / 2)
        end.send(
            CameraTrackingImageStatus(
                left: Float(max(box.middle.x - halfWidth, 0)), top: Float(max(box.middle.y - halfHeight, 0)),
                right: Float(min(box.middle.x + halfWidth, 1)), bottom: Float(min(box.middle.y + halfHeight, 1)),
                status: Status.active, mode: Self.rectangle))
        counts.sentMessages += 1
        guard let position = sighting.position else { return }
        end.send(
            CameraTrackingGeoStatus(
                latitude: tenMillionths(position.place.latitude), longitude: tenMillionths(position.place.longitude),
                altitude: position.height(above: .meanSeaLevel).map { Float($0) } ?? .nan,
                horizontalAccuracy: Float(position.error),
                status: Status.active))
        counts.sentMessages += 1
    }

    private func tenMillionths(_ degrees: Double) -> Int32 { Int32(clamping: whole(degrees * 1e7)) }

    public func finish() {}
}
