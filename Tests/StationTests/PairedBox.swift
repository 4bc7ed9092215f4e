// A sender and its station, packet by packet.
import Foundation

@testable import Link
@testable import Station

/// A box that tells, without a network between. Times are milliseconds since it began.
struct PairedBox {
    let pairing: Pairing
    private var sender: LinkSender
    private let peer = PacketPeer(description: "box")
    private(set) var now = 0
    private var opener = PacketOpener()

    /// Milliseconds of the station's clock when the box's begins.
    private static let start = 1_000_000
    static let area = EarthPlace(latitude: 46.5, longitude: 8.1)

    init(_ name: String, epoch: UInt32 = 1, datum: Area.Datum = .meanSeaLevel) throws {
        pairing = try Pairing(name: name)
        let profile = LinkProfile(name: "test", packetBytes: 233, bytesPerSecond: 1e6)
        let keys = (try pairing.keys(.up), try pairing.keys(.down))
        sender = LinkSender(profile, sealer: PacketSealer(sender: pairing.sender, key: keys.0[0], epoch: epoch))
        opener.add(pairing.sender, keys: [keys.1[0]])
        var names = NameTables()
        (names[.cameras], names[.classes], names[.rules]) = (["air"], ["person", "dog"], ["in the gully"])
        let area =
            datum == .meanSeaLevel
            ? Area(around: Self.area, ground: 1500) : Area(origin: Self.area, base: 1000, datum: datum)
        sender.tell(
            CameraView(camera: 0, area: area, names: try Digest.first32(of: names.bytes), model: 7), at: 0)
        _ = try sender.tell(.names, names.bytes, isWished: false, at: 0)
    }

    var id: Int { Int(pairing.sender.value) }

    mutating func learnTime(_ unix: Int) { sender.tell(clock: 1, began: unix, doubt: 0) }

    mutating func see(
        _ number: Int, north: Double = 0, score: Double = 0.9, hasPlace: Bool = true, ellipse: ErrorEllipse? = nil,
        doubts: PlaceDoubts = []
    ) {
        let place = EarthPlace(latitude: Self.area.latitude + north / 111_000, longitude: Self.area.longitude)
        let position =
            hasPlace ? GroundPosition(place: place, height: 1510, error: 8, ellipse: ellipse, doubts: doubts) : nil
        sender.see(
            number,
            TrackSighting(
                id: number, objectClass: 0, score: score,
                box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.2), position: position), at: now)
    }

    mutating func tell(_ number: Int, _ kind: Alert.Kind) {
        sender.tell(Alert(number: number, kind, happened: LinkTime(epoch: sender.epoch, milliseconds: now)))
    }

    mutating func fly(north: Double) {
        let place = EarthPlace(latitude: Self.area.latitude + north / 111_000, longitude: Self.area.longitude)
        sender.tell(
            CameraPose(
                place: place, altitude: 1600, ellipsoidHeight: nil, yaw: 90, pitch: -45, view: 60, seen: now))
    }

    mutating func tell(_ health: HealthRecord) { sender.tell(health) }

    mutating func say(_ text: String) { sender.tell(text: text) }

    mutating func tell(chip file: [UInt8], of track: Int) throws {
        _ = try sender.tell(chip: file, of: track, isWished: true, at: now)
    }

    /// Goes on for so long, in steps of 100 ms, with stations that all get each packet. Returns what they asked for.
    mutating func run(_ milliseconds: Int, with stations: StationReceiver...) throws -> [RequestRecord] {
        var requests: [RequestRecord] = []
        for _ in 0..<milliseconds / 100 {
            now += 100
            while let packet = try sender.packet(at: now) {
                for station in stations { try station.take(packet, from: peer, at: Self.start + now) }
            }
            for station in stations { requests += try answer(of: station) }
        }
        return requests
    }

    /// What it sends to nobody in so long.
    mutating func packets(_ milliseconds: Int) throws -> [[UInt8]] {
        var packets: [[UInt8]] = []
        for _ in 0..<milliseconds / 100 {
            now += 100
            while let packet = try sender.packet(at: now) { packets.append(packet) }
        }
        return packets
    }

    private mutating func answer(of station: StationReceiver) throws -> [RequestRecord] {
        var requests: [RequestRecord] = []
        _ = try station.commit(at: Self.start + now)
        try station.takeAsked(at: Self.start + now)
        for answer in try station.answers(at: Self.start + now) {
            // Those to others are for their keys.
            guard let opened = try? opener.open(answer.packet, at: now) else { continue }
            let records = Payload(bytes: opened.text).records
            sender.take(records, epoch: opened.number.epoch, at: now)
            for case .request(let request) in records { requests.append(request) }
        }
        return requests
    }

    /// Alerts that nobody acknowledged.
    var alertCount: Int { sender.alertCount }

    /// What a station acknowledged since this was last asked.
    mutating func takeAcknowledged() -> Int {
        sender.takeAcknowledged().count { if case .alert = $0 { true } else { false } }
    }

    static func station(_ place: String, _ boxes: [PairedBox]) throws -> StationReceiver {
        try StationReceiver(store: place, boxes.map(\.pairing), at: start)
    }
}
