// What a vehicle tells of itself, into the store.
import Link
import MAVLink

/// Talks with an autopilot: takes where the vehicle is and what time it is, and asks for what does not come. It runs as ways out do, on a thread of its own.
public final class VehicleInlet: Outlet {
    public let vehicle: Vehicle
    private let place: PortPlace
    private let end: MAVLinkEnd
    private let store: TrackStore
    private var wishes = [
        MessageWish(Attitude.id, or: [AttitudeQuaternion.id], every: 100),
        MessageWish(GlobalPositionInt.id, every: 200),
        MessageWish(SystemTime.id, every: 1000),
        MessageWish(GPSRawInt.id, every: 1000),
        MessageWish(GimbalDeviceAttitudeStatus.id, every: 200),
    ]
    /// When something came of the autopilot last.
    private var heardAt: Int?
    /// An autopilot of another system that speaks here.
    private var stranger: UInt8?
    private var askedTimeAt = Int.min / 2
    private var toldAt = Int.min / 2
    private var messages = 0

    private static let askTimeEvery = 10_000
    private static let tellEvery = 1000
    /// Milliseconds after which an autopilot that says nothing is told of.
    private static let silence = 5000
    /// Milliseconds by which the time of a vehicle with satellites may be off, through its line.
    private static let timeDoubt = 200
    /// Messages that are taken in a turn.
    private static let mostReceives = 512
    private static let nanosecondsPerMillisecond: Int64 = 1_000_000

    /// - Parameters:
    ///   - place: `mavlink:` and where; `,system=N` where the vehicle is not the first.
    ///   - line: what is there.
    public init(_ place: PortPlace, over line: MAVLinkLine, into store: TrackStore) {
        (self.place, self.store) = (place, store)
        let sender = place.sender(MAVLinkPort.sender)
        end = MAVLinkEnd(line, sender: sender, type: Heartbeat.onboardController)
        vehicle = Vehicle(system: sender.system)
    }

    /// What it is called where sinks have names.
    public static let name = "vehicle"

    public var name: String { Self.name }
    public let lacks: [String] = []
    public var descriptors: [Int32] { [end.descriptor] }
    public func take(_ changes: StoreChanges) {}
    public func finish() {}

    public var figures: OutletFigures {
        var figures = OutletFigures()
        (figures.sentBytes, figures.sentMessages, figures.trouble) = (end.sentBytes, messages, trouble)
        figures.refused = end.refused
        return figures
    }

    private var trouble: String? {
        if let trouble = end.trouble { return trouble }
        guard heardAt.map({ store.clock.now - $0 > Self.silence }) ?? (store.clock.now > Self.silence) else {
            return nil
        }
        let autopilot = "autopilot \(vehicle.autopilot.component) of system \(vehicle.autopilot.system)"
        guard let stranger else { return "\(place): \(autopilot) says nothing" }
        return "\(place): system \(stranger) speaks there; write ,system=\(stranger) behind the place"
    }

    public func turn() -> Int {
        let pause = end.turn(at: store.clock.now)
        for _ in 0..<Self.mostReceives {
            guard let came = end.receive() else { break }
            take(came)
        }
        let now = store.clock.now
        if heardAt.map({ now - $0 <= Self.silence }) ?? false { ask(at: now) }
        if now - toldAt >= Self.tellEvery {
            toldAt = now
            tell(at: now)
        }
        return min(pause, toldAt + Self.tellEvery - now)
    }

    private func take(_ came: MAVLinkLine.Arrival) {
        let (frame, autopilot) = (came.frame, vehicle.autopilot)
        vehicle.take(frame, at: came.at)
        if let question = frame.message as? TimeSync,
            let answer = question.answer(at: Int64(came.at) * Self.nanosecondsPerMillisecond)
        {
            send(answer, to: came.peer)
        }
        // Some gimbals speak for themselves, for others their autopilot does.
        let isOfGimbal = frame.sender.system == autopilot.system && frame.id == GimbalDeviceAttitudeStatus.id
        if isOfGimbal || frame.sender == autopilot {
            for place in wishes.indices { wishes[place].see(frame.id) }
        }
        guard frame.sender == autopilot else {
            if let heartbeat = frame.message as? Heartbeat, heartbeat.autopilot != Heartbeat.noAutopilot,
                frame.sender.system != autopilot.system
            {
                stranger = frame.sender.system
            }
            return
        }
        heardAt = came.at
    }

    private func ask(at now: Int) {
        if now - askedTimeAt >= Self.askTimeEvery {
            askedTimeAt = now
            send(vehicle.question(at: store.clock.now))
        }
        for place in wishes.indices where wishes[place].isDue(at: now) {
            send(
                CommandLong.interval(
                    ofMessage: wishes[place].id, microseconds: wishes[place].interval * 1000,
                    system: vehicle.autopilot.system, component: vehicle.autopilot.component))
        }
    }

    private func send(_ message: some MAVLinkMessage, to peer: PacketPeer? = nil) {
        end.send(message, to: peer)
        messages += 1
    }

    private func tell(at now: Int) {
        if let time = vehicle.unixMilliseconds(at: now) { store.clock.learn(began: time - now, doubt: Self.timeDoubt) }
        if let known = vehicle.stored(at: now) { store.tell(known) }
    }
}
