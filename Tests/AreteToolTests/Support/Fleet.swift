// Many boxes and several stations on one database.
import Foundation
import Peers
import Testing

/// Boxes that replay an alert and a track each tenth of a second to a broker, and stations that take them into one PostgreSQL database.
final class Fleet {
    let files: TestFolder
    let database: PostgresServer
    let names: [String]
    private let alerts: Int
    private let objects: Int
    /// Of the broker, without `,client=`.
    private let place: String
    private(set) var boxes: [PeerProcess] = []

    /// - Parameters:
    ///   - alerts: of each box.
    ///   - objects: that each box sees at a time.
    init(boxes count: Int, alerts: Int, objects: Int = 1, place: String) throws {
        (self.alerts, self.objects, self.place) = (alerts, objects, place)
        (files, database) = (try TestFolder("fleet"), try PostgresServer())
        names = (0..<count).map { "box\($0)" }
        try FileManager.default.createDirectory(atPath: files.path("p"), withIntermediateDirectories: true)
        try files.write("r.jsonl", run)
        try files.write("none.jsonl", "\n")
        for name in names {
            let pairing = try start("link pair \(name) -o p/\(name).pairing")
            guard pairing.status() == 0 else { throw PeerError(text: pairing.text) }
        }
    }

    private var run: String {
        (0..<alerts).map { index in
            let head = #""source": "c", "time": \#(Double(index) / 10)"#
            let tracks = (0..<objects).map { object in
                // One that has an alert, and others that go on.
                let id = object == 0 ? 1000 + index : object
                let north = 46.55 + Double(index) * 1e-6 + Double(object) * 1e-4
                return #"{"id": \#(id), "class": 1, "score": 0.9, "#
                    + #""position": {"latitude": \#(north), "longitude": 8.1, "height": 1500, "error": 5}, "#
                    + #""box": {"x": 10, "y": 20, "width": 30, "height": 60}}"#
            }
            return "{\(head), \"width\": 640, \"height\": 480, \"tracks\": [\(tracks.joined(separator: ", "))]}\n"
                + "{\(head), \"event\": \"zone\", \"track\": {\"id\": \(1000 + index)}}\n"
        }.joined()
    }

    private func start(_ line: String) throws -> PeerProcess {
        try PeerProcess(Machine.arete, line.split(separator: " ").map(String.init), in: files.url)
    }

    func station(_ name: String) throws -> PeerProcess {
        let station = try start(
            "station --listen \(place),client=\(name) --pairing p --store \(database.place) --no-page --json")
        guard station.prints("listens at") else { throw PeerError(text: station.text) }
        return station
    }

    func startBoxes(patience: Int) throws {
        boxes = try names.map { name in
            try start(
                "link replay r.jsonl --to \(place),client=\(name) --pairing p/\(name).pairing --spool \(name) "
                    + "--area 46.55,8.1 --rate 5000 --patience \(patience) --json")
        }
    }

    private func numbers(_ word: String, of box: PeerProcess) -> Set<Int> {
        Set(
            box.lines.compactMap { line in
                line.hasPrefix("{\"\(word)\": ") ? Int(line.dropFirst(word.count + 5).dropLast()) : nil
            })
    }

    /// Alerts that boxes were told are on the disk.
    var acknowledged: Int { boxes.reduce(0) { $0 + numbers("acknowledged", of: $1).count } }

    /// Seconds until each box was told so once more, or has been told of all; `nil` where that takes longer than `patience`.
    func secondsUntilAllAreTold(within patience: Double) -> Double? {
        let began = Date()
        let before = boxes.map { numbers("acknowledged", of: $0).count }
        let isDone = waits(patience) {
            usleep(100_000)
            return zip(boxes, before).allSatisfy { box, count in
                let now = numbers("acknowledged", of: box).count
                return now > count || now == alerts
            }
        }
        return isDone ? Date().timeIntervalSince(began) : nil
    }

    /// Which station takes which senders' packets, and what became of the boxes: for who looks for a fault.
    var state: String {
        let senders = (try? database.ask("SELECT station, count(*), max(heard) FROM senders GROUP BY station")) ?? ""
        let counts = boxes.map { "\(numbers("acknowledged", of: $0).count)" }.joined(separator: " ")
        return "\(senders) acknowledged: \(counts); \(boxes.compactMap(\.lines.last).joined(separator: "; "))"
    }

    /// Waits for all boxes, and compares what they were told with what is in the database. Returns a line of figures.
    func check() throws -> String {
        for (name, box) in zip(names, boxes) {
            #expect(box.status() == 0 && box.text.contains(#""waiting": 0"#), "\(name): \(box.text.suffix(300))")
        }
        let rows = try database.ask("SELECT s.name, e.number FROM events e JOIN senders s ON s.sender = e.sender")
        var stored: [String: [Int]] = [:]
        for row in rows.split(separator: "\n") {
            let parts = row.split(separator: "|")
            if parts.count == 2, let number = Int(parts[1]) { stored[String(parts[0]), default: []].append(number) }
        }
        for (name, box) in zip(names, boxes) {
            let there = Set(stored[name] ?? [])
            let (kept, told) = (numbers("kept", of: box), numbers("acknowledged", of: box))
            #expect(kept.count == alerts, "\(name) \(box.text.suffix(300))")
            #expect(told.isSubset(of: there), "\(name): \(told.subtracting(there))")
            #expect(kept.isSubset(of: there), "\(name): \(kept.subtracting(there))")
            #expect(stored[name]?.count == alerts, "\(name): \(stored[name]?.count ?? 0) stored")
        }
        // Each alert has an object of its own.
        let twice = try database.ask(
            "SELECT sender, track FROM events GROUP BY sender, epoch, track HAVING count(*) > 1")
        #expect(twice.isEmpty, "\(twice)")
        let tracks = try database.ask("SELECT count(*), count(DISTINCT (sender, number)) FROM tracks")
        let expected = names.count * (alerts + objects - 1)
        #expect(tracks == "\(expected)|\(expected)\n", "\(tracks)")
        return "\(acknowledged) acknowledged, \(rows.split(separator: "\n").count) stored, \(expected) tracks"
    }
}
