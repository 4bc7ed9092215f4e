// Out to the maps of people with TAK.
import Glibc
import Link
import TAK
import Times
import WebClient

/// Shows objects that have a place on the ground in ATAK, WinTAK and on TAK servers, as Cursor-on-Target events. For a thread of its own: to connect
/// takes time.
///
/// An object that is not seen any more stays until its event is stale: whoever was found is still there. One that was dismissed is taken off the maps.
public final class TAKOutlet: Outlet {
    public enum Path: Sendable {
        /// A TAK server: XML, or the TAK protocol where the server offers it.
        case server(host: String, port: Int, ByteStream.Encryption)
        /// To all in a network: TAK protocol, a datagram for each event.
        case mesh(TransportPlace)
    }

    public struct Options: Sendable {
        /// What people call it.
        public var name: String
        /// Of this box among others: the first part of each uid.
        public var box: String
        public var path: Path
        /// Milliseconds from one event about a track to the next, and for which one holds.
        public var interval = 2000
        public var stale = 120_000

        public init(name: String, box: String, path: Path) { (self.name, self.box, self.path) = (name, box, path) }
    }

    private let options: Options
    private let clock: LinkClock
    private var connection: (stream: ByteStream, session: TAKSession)?
    private var socket: UDPSocket?
    private var connectAt = 0
    private var connectedAt: Int?
    private var pause = TAKOutlet.pauses.first
    private var news: [Int: StoredTrack] = [:]
    private var toldAt: [Int: Int] = [:]
    private var vehicle: StoredVehicle?
    private var toldVehicleAt = Int.min / 2
    /// Events of before this machine knew what time it is.
    private var early: [StoredEvent] = []
    /// Alarms and deletions, in their order.
    private var waiting: [CoTEvent] = []
    private var counts = OutletFigures()

    private static let pauses = (first: 1000, most: 60_000)
    private static let patience = 10.0
    private static let mostWaiting = 1000
    private static let usualPause = 250
    /// Portions of 16 KiB that are taken in a turn.
    private static let mostReceives = 16
    private static let mostNews = 1000
    /// Milliseconds for which it holds where the vehicle is.
    private static let vehicleStale = 30_000
    /// From one standard deviation on each axis to the circle that holds 95 of 100.
    private static let errorOf95 = 2.45
    /// Milliseconds for which a connection must hold, so that the next one may follow soon.
    private static let proven = 30_000

    public init(_ options: Options, clock: LinkClock) { (self.options, self.clock) = (options, clock) }

    public var name: String { options.name }
    public let lacks = [
        "objects without a place on the ground", "parts", "health",
        "acknowledgements: what a lost connection held is lost",
    ]
    public var descriptors: [Int32] { connection.map { [$0.stream.descriptor] } ?? [] }

    public var figures: OutletFigures {
        var figures = counts
        figures.waiting = waiting.count
        return figures
    }

    // MARK: What there is to tell

    public func take(_ changes: StoreChanges) {
        for track in changes.tracks where track.end == nil && track.sighting.position != nil {
            news[track.number] = track
        }
        if let known = changes.vehicle { vehicle = known }
        if news.count > Self.mostNews { news = news.filter { clock.now - $0.value.lastSeen < options.stale } }
        early += changes.events
        if let began = clock.worldTime?.began {
            for event in early { take(event, began) }
            early = []
        }
        if early.count > Self.mostWaiting {
            counts.dropped += early.count - Self.mostWaiting
            early.removeFirst(early.count - Self.mostWaiting)
        }
        counts.dropped += changes.missed
        if waiting.count > Self.mostWaiting {
            counts.dropped += waiting.count - Self.mostWaiting
            waiting.removeFirst(waiting.count - Self.mostWaiting)
        }
    }

    private func take(_ event: StoredEvent, _ began: Int) {
        switch event.kind {
        case .rule(_, let name, let track):
            guard let point = point(track) else { return }
            let time = began + event.time
            var alarm = CoTEvent(
                uid: "\(options.box).event.\(event.number)", type: .alarm, time: time, stale: time + options.stale,
                point: point)
            alarm.contact = CoTEvent.Contact(callsign: "\(name): \(track.label) \(track.number)")
            alarm.links = [CoTEvent.Link(uid: uid(track), type: .unknownGround)]
            waiting.append(alarm)
        case .gone(let track, let reason):
            toldAt[track.number] = nil
            guard reason == .dismissed || reason == .merged, track.sighting.position != nil else { return }
            news[track.number] = nil
            waiting.append(
                .deletion(
                    of: uid(track), type: .unknownGround, uid: uid(track) + ".deletion", time: began + event.time))
        case .part: break
        }
    }

    private func uid(_ track: StoredTrack) -> String { "\(options.box).track.\(track.number)" }

    private func point(_ track: StoredTrack) -> CoTPoint? {
        track.sighting.position.flatMap { position in
            CoTPoint(
                latitude: position.place.latitude, longitude: position.place.longitude,
                height: position.height(above: .ellipsoid),
                circularError: position.error)
        }
    }

    private func event(_ track: StoredTrack, began: Int) -> CoTEvent? {
        guard let point = point(track) else { return nil }
        let time = began + track.lastSeen
        var event = CoTEvent(
            uid: uid(track), type: .unknownGround, time: time, stale: time + options.stale, point: point)
        event.contact = CoTEvent.Contact(callsign: "\(track.label) \(track.number)")
        let score = track.sighting.score.map { " \(Int(($0 * 100).rounded())) %" } ?? ""
        var remarks = "\(track.label)\(score), seen by \(track.source) of \(options.box)"
        if let ellipse = track.sighting.position?.ellipse { remarks += "; \(words(ellipse))" }
        if let warning = track.sighting.positionRemark { remarks += "; \(warning)" }
        event.remarks = remarks
        return event
    }

    /// The circle of `ce` says nothing of directions, and schemas differ in whether an ellipse has whole or half axes.
    private func words(_ ellipse: ErrorEllipse) -> String {
        func whole(_ value: Double) -> Int { Int(exactly: value.rounded()) ?? 0 }
        return "95 of 100 within \(whole(ellipse.major)) m to \(whole(ellipse.bearing)) degrees and the other way, "
            + "\(whole(ellipse.minor)) m across"
    }

    private func event(_ vehicle: StoredVehicle, began: Int) -> CoTEvent? {
        let (pose, time) = (vehicle.pose, began + vehicle.time)
        let point = CoTPoint(
            latitude: vehicle.place.latitude, longitude: vehicle.place.longitude, height: vehicle.ellipsoidHeight,
            circularError: pose.horizontalError.map { $0 * Self.errorOf95 })
        guard let point else { return nil }
        let type: CoTType =
            switch vehicle.kind {
            case .rotorcraft: .friendlyDrone
            case .airplane: .friendlyWing
            case .ground: .friendlyVehicle
            case .water: .friendlyBoat
            }
        var event = CoTEvent(
            uid: "\(options.box).vehicle", type: type, time: time, stale: time + Self.vehicleStale, point: point)
        event.contact = CoTEvent.Contact(callsign: options.box)
        let course = degrees(atan2(pose.place.east, pose.place.north))
        event.track = CoTEvent.Track(speed: vehicle.speed, course: course)
        event.sensor = vehicle.camera.map { camera in
            CoTEvent.Sensor(
                azimuth: degrees(camera.yaw), elevation: camera.pitch * 180 / .pi, roll: camera.roll * 180 / .pi,
                view: vehicle.view)
        }
        return event
    }

    /// From 0 to 360.
    private func degrees(_ radians: Double) -> Double {
        let degrees = radians * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }

    // MARK: The way out

    public func turn() -> Int {
        guard let began = clock.worldTime?.began else {
            counts.trouble = "this machine does not know what time it is, and each event needs its time"
            return Self.usualPause
        }
        do throws(TAKTrouble) {
            try connect()
            try exchange(time: began + clock.now)
            try send(began)
            if connection != nil || socket != nil { counts.trouble = nil }
            if let connectedAt, clock.now - connectedAt > Self.proven { pause = Self.pauses.first }
        } catch {
            counts.trouble = error.text
            (connection, socket, connectedAt) = (nil, nil, nil)
            connectAt = clock.now + pause
            pause = min(pause * 2, Self.pauses.most)
        }
        return Self.usualPause
    }

    private func connect() throws(TAKTrouble) {
        guard connection == nil, socket == nil, clock.now >= connectAt else { return }
        switch options.path {
        case .mesh(let place):
            do throws(TransportError) { socket = try UDPSocket(place, listens: false) } catch {
                throw TAKTrouble("\(error)")
            }
        case .server(let host, let port, let encryption):
            do throws(WebError) {
                let stream = try ByteStream(host: host, port: port, encryption: encryption, within: Self.patience)
                connection = (stream, TAKSession(uid: options.box, at: clock.now))
            } catch {
                throw TAKTrouble("\(error)")
            }
        }
        connectedAt = clock.now
        // Whoever is there now has seen nothing yet.
        toldAt = [:]
    }

    /// Takes what the server says, and gives it what waits.
    private func exchange(time: Int) throws(TAKTrouble) {
        guard let stream = connection?.stream, var session = connection?.session else { return }
        defer { connection = (stream, session) }
        do {
            for _ in 0..<Self.mostReceives {
                let bytes = try stream.receive()
                if bytes.isEmpty { break }
                _ = try session.receive(bytes, at: clock.now, time: time)
            }
            try session.advance(to: clock.now, time: time)
            while !session.outgoing.isEmpty {
                let count = try stream.send(session.outgoing)
                if count == 0 { break }
                session.sent(count, at: clock.now)
                counts.sentBytes += count
            }
        } catch {
            throw TAKTrouble("\(error)")
        }
    }

    private func send(_ began: Int) throws(TAKTrouble) {
        guard connection != nil || socket != nil else { return }
        while let event = waiting.first, give(event) { waiting.removeFirst() }
        let now = clock.now
        if let known = vehicle, now - known.time < Self.vehicleStale, toldVehicleAt + options.interval <= now,
            let event = event(known, began: began),
            give(event)
        {
            (vehicle, toldVehicleAt) = (nil, now)
        }
        for (number, track) in news.sorted(by: { $0.key < $1.key }) {
            guard (toldAt[number] ?? .min / 2) + options.interval <= now else { continue }
            // What is stale shows nothing any more.
            if let event = event(track, began: began), now - track.lastSeen < options.stale {
                guard give(event) else { break }
                toldAt[number] = now
            }
            news[number] = nil
        }
        try exchange(time: began + now)
    }

    /// Returns whether it was taken.
    private func give(_ event: CoTEvent) -> Bool {
        if let socket {
            let packet = event.meshPacket
            socket.send(packet)
            counts.sentBytes += packet.count
        } else if connection?.session.send(event, at: clock.now) != true {
            return false
        }
        counts.sentMessages += 1
        return true
    }

    public func finish() {}

    private struct TAKTrouble: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }
}
