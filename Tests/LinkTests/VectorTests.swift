// The published packets of docs/link_vectors.json: what the format is, for those who build the other end.
import CSealing
import Foundation
import JSON
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct VectorTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/link_vectors.json")

    private static let secret = (0..<32).map { UInt8($0) }
    private static let sender = SenderID(0x1234_5677)

    private struct Vector {
        var name: String
        var records: [Record?]
        var form = PacketForm.compact
        var direction = PacketKey.Direction.up
        var number = PacketNumber(epoch: 3, counter: 1_000_000)
    }

    private static let tag = TrackTag(of: 17)
    private static let position = GridPlace(east: -120, north: 3456).map {
        TrackRecord.Position(place: $0, height: GridHeight(1200), error: .upTo10)
    }
    private static let track = TrackRecord(
        track: tag, objectClass: 2, confidence: Confidence(0.8), age: Age(seconds: 1.4), position: position,
        box: PictureBox(middleX: 0.25, middleY: 0.75, width: 0.05, height: 0.1))
    private static var indoors: TrackRecord {
        var track = track
        track.position = nil
        return track
    }
    private static func update(_ number: Int, east: Int, north: Int) -> Record? {
        GridPlace(east: east, north: north).map {
            .update(
                UpdateRecord(
                    track: TrackTag(of: number), age: Age(seconds: 0.6), place: LowPlace(of: $0),
                    confidence: Confidence(0.9), error: .upTo5))
        }
    }
    private static let area = Area(
        origin: EarthPlace(latitude: 46.5500001, longitude: -8.1234567), base: 1500, datum: .meanSeaLevel)
    private static let digest: [UInt8] = (0..<40).map { UInt8($0 * 5) }

    private static let vectors: [Vector] = [
        Vector(name: "a new track", records: [.track(track)]),
        Vector(name: "a track without a position", records: [.track(indoors)]),
        Vector(name: "a track for the smallest packets", records: [ShortRecord(track).map { .short($0) }], form: .bare),
        Vector(
            name: "five updates",
            records: (0..<5).map { update(1020 + $0, east: -100 + 30 * $0, north: 3400 - 200 * $0) }),
        Vector(
            name: "first contact",
            records: [
                .context(
                    ContextRecord(
                        number: 5, camera: 1, area: area, names: 0x89ab_cdef, model: 0x0123_4567, newestTrack: 5000)),
                ClockRecord(epochsBack: 1, began: 1_795_000_000_123, doubt: 40).map { .clock($0) },
                .tally(TallyRecord(packets: 65_530)),
            ], form: .full),
        Vector(
            name: "a context without an area",
            records: [
                .context(ContextRecord(number: 6, camera: 0, area: nil, names: 0, model: 0, newestTrack: 0))
            ]),
        Vector(
            name: "out of the spool",
            records: [EarlierRecord(epochsBack: 1, seconds: 4321, track: 5017).map { .earlier($0) }, .track(track)]),
        Vector(
            name: "more of a track, and its end",
            records: [
                .ellipse(EllipseRecord(track: tag, major: 30, minor: 8, bearing: 135)),
                .motion(MotionRecord(track: tag, speed: 1.5, course: 300)),
                .ellipse(
                    EllipseRecord(track: tag, major: 2000, minor: 90, bearing: 20, doubts: [.flat, .grazing])),
                .gone(GoneRecord(track: tag, reason: .merged, age: .old)),
            ]),
        Vector(
            name: "alerts",
            records: [
                .event(EventRecord(number: 7, rule: 3, track: tag, age: Age(seconds: 0.2))),
                .part(PartRecord(number: 1234, isGood: false, wasInspected: true, reason: 4, age: Age(seconds: 0))),
                .part(PartRecord(number: 1235, isGood: true, wasInspected: true, reason: nil, age: Age(seconds: 0))),
            ]),
        Vector(
            name: "a camera and its box",
            records: [
                .pose(
                    PoseRecord(
                        age: Age(seconds: 0.4), place: .origin, height: GridHeight(120), yaw: 45, pitch: -60, view: 62)),
                .health(
                    HealthRecord(
                        camera: 1, faults: [.blurred, .lost], rate: 12.4, waiting: 300, free: 0.4, temperature: -5,
                        battery: 0.5)),
                .health(HealthRecord(camera: 0, faults: [], rate: 30, waiting: 0, free: 1)),
                .text(TextRecord("Nebel über dem Grat")),
            ]),
        Vector(
            name: "a first look",
            records: [ChipRecord(track: tag, width: 24, height: 48, bytes: digest).map { .chip($0) }]),
        Vector(
            name: "an object and its first piece",
            records: [
                ObjectRecord(
                    number: 9, kind: .scene, level: 1, track: tag, size: 100, pieces: 3, width: 160, height: 120,
                    check: 0xbeef
                ).map { .object($0) },
                PieceRecord(object: 9, index: 0, bytes: Array(digest.prefix(34))).map { .piece($0) },
            ]),
        Vector(
            name: "what came",
            records: [
                ReceiptRecord(
                    epoch: 3, held: Age(seconds: 0.4), counters: [1_000_000, 999_999, 999_950, 999_000, 950_000]
                ).map { .receipt($0) }
            ], direction: .down, number: PacketNumber(epoch: 8, counter: 77)),
        Vector(
            name: "what a station wants",
            records: [
                .request(.track(number: 5017)), .request(.chip(number: 5017, level: 2)), .request(.scene(camera: 1)),
                .request(.names), .request(.contexts), .request(.enough(object: 9)), .request(.object(9)),
                .verdict(VerdictRecord(track: 5017, verdict: .falseAlarm)),
            ], direction: .down, number: PacketNumber(epoch: 8, counter: 1 << 39)),
    ]

    private func json(_ vector: Vector) throws -> JSONValue {
        let records = vector.records.compactMap { $0 }
        try #require(records.count == vector.records.count, "\(vector.name)")
        let payload = Payload(records)
        let key = try PacketKey(secret: Self.secret, vector.direction)
        let packet = try PacketSealer(sender: Self.sender, key: key, epoch: vector.number.epoch).packet(
            payload, vector.form, context: 5, number: vector.number)
        // What is published is what was read back.
        let read = Payload(bytes: payload.bytes)
        return JSONValue(
            .object([
                JSONMember("name", JSONValue(vector.name)), JSONMember("form", JSONValue("\(vector.form)")),
                JSONMember("direction", JSONValue(vector.direction.rawValue)), JSONMember("context", JSONValue(5)),
                JSONMember("epoch", JSONValue(Int(vector.number.epoch))),
                JSONMember("counter", JSONValue(Int(vector.number.counter))),
                JSONMember("payload", JSONValue(payload.bytes.hexadecimal)),
                JSONMember("packet", JSONValue(packet.hexadecimal)),
                JSONMember("records", JSONValue(read.records.map(\.json))),
            ]))
    }

    private func document() throws -> JSONValue {
        JSONValue(
            .object([
                JSONMember("version", JSONValue(1)), JSONMember("secret", JSONValue(Self.secret.hexadecimal)),
                JSONMember("sender", JSONValue(Int(Self.sender.value))),
                JSONMember("packets", JSONValue(try Self.vectors.map(json))),
                JSONMember("refused", JSONValue(try RefusedVector.all(Self.secret, Self.sender).map(\.json))),
            ]))
    }

    @Test("the published packets are those that this build makes, one of each kind (ARETE_WRITE_VECTORS=1 writes them)")
    func published() throws {
        let document = try document().indentedText + "\n"
        if getenv("ARETE_WRITE_VECTORS") != nil {
            try document.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: Self.file, encoding: .utf8) == document)
        let kinds = Self.vectors.flatMap(\.records).compactMap { $0?.json["kind"] }
        #expect(Set(kinds).count == RandomRecords.kinds)
    }

    /// Runs Python and gives its status with what it printed.
    private static func python(_ arguments: String...) -> (status: Int32, text: String) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = output
        process.standardError = output
        guard (try? process.run()) != nil else { return (-1, "") }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    private static var hasDecoder: Bool { python("-c", "import cryptography").status == 0 }

    @Test(
        "the decoder in Python reads the published packets",
        .enabled(if: hasDecoder, "needs python3-cryptography: scripts/setup.sh link"))
    func otherDecoder() throws {
        let decoder = Self.file.deletingLastPathComponent().appendingPathComponent("link_decode.py").path
        let result = Self.python(decoder, Self.file.path)
        let refused = try RefusedVector.all(Self.secret, Self.sender).count
        let told =
            "\(Self.vectors.count) of \(Self.vectors.count) packets say what is published\n"
            + "\(refused) of \(refused) packets are refused for the published reason\n"
        #expect(result.status == 0 && result.text == told, "\(result.text)")
    }

    @Test("the published packets are opened and say what is published")
    func opened() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let document = try JSONReader.read(text, source: "link_vectors.json")
        guard case .array(let packets)? = document["packets"]?.content else {
            Issue.record("no packets")
            return
        }
        func string(_ value: JSONValue?) -> String { if case .string(let text)? = value?.content { text } else { "" } }
        for packet in packets {
            var opener = PacketOpener()
            let direction = try #require(PacketKey.Direction(rawValue: string(packet["direction"])))
            let before = PacketNumber(epoch: direction == .up ? 3 : 8, counter: 0)
            let cameAt = string(packet["name"]) == "what a station wants" ? -(1 << 39) * 20 : -1_000_000 * 20
            opener.add(
                Self.sender, keys: [try PacketKey(secret: Self.secret, direction)], mayBeBare: true, last: before,
                cameAt: cameAt)
            let bytes = try #require([UInt8](hexadecimal: string(packet["packet"])))
            let opened = try opener.open(bytes, carrier: Self.sender, at: 0)
            #expect(opened.text.hexadecimal == string(packet["payload"]))
            let records = Payload(bytes: opened.text).records
            #expect(packet["records"]?.text == JSONValue(records.map(\.json)).text)
        }
    }

    @Test("the published packets that are refused are refused for the published reason")
    func refused() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let document = try JSONReader.read(text, source: "link_vectors.json")
        guard case .array(let packets)? = document["refused"]?.content else {
            Issue.record("no refused packets")
            return
        }
        var reasons: Set<String> = []
        for packet in packets {
            let vector = try #require(RefusedVector(packet))
            let found = try vector.found(Self.secret, Self.sender)
            #expect(found.reason == vector.reason && found.records == vector.records, "\(vector.name): \(found)")
            reasons.insert(vector.reason)
        }
        // Of what a packet alone can show: that a sender was revoked is known to its station.
        let all =
            PacketRefusal.allCases.filter { $0 != .revoked }.map(\.rawValue) + ["short", "unknown", "contradiction"]
        #expect(reasons == Set(all))
    }
}
