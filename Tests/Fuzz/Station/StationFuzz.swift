// Feeds a station what a paired sender may say: any payloads end in rows, and those in a page, in answers and in exports that can be read.

import FuzzDriver
import Glibc
import JSON
import TAK
import Terrain

@testable import Link
@testable import Station

@main enum StationFuzz {
    private static let place = String(cString: fuzz_folder()) + "/station"
    private static let pairing = try? Pairing(
        name: "box", sender: SenderID(7), secret: [UInt8](repeating: 1, count: 32))
    /// A store without rows.
    private static let empty: [UInt8] = {
        _ = try? StationTables(place: place)
        let bytes = read(place)
        precondition(!bytes.isEmpty, "no store could be made")
        return bytes
    }()
    private static let formats = ["geojson", "kml", "gpx", "csv"]

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            StationFuzz.feed(Array(UnsafeRawBufferPointer(start: data, count: size)))
            return 0
        }
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    private static func makeStore() {
        let bytes = empty
        for end in ["-wal", "-shm"] { unlink(place + end) }
        guard let file = fopen(place, "wb") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// Of each packet: how it stands to the one before, how much later it came, the length of its payload, and that.
    private static func feed(_ bytes: [UInt8]) {
        guard let pairing, let key = try? pairing.keys(.up).first else { return }
        makeStore()
        let station: StationReceiver
        do { station = try StationReceiver(store: place, [pairing], at: 0) } catch { preconditionFailure("\(error)") }
        var (rest, epoch, counter, now) = (bytes[...], UInt32(1), UInt64(0), 0)
        while rest.count > 3 {
            let (kind, later, length) = (rest.removeFirst(), rest.removeFirst(), Int(rest.removeFirst()))
            if kind & 0x40 != 0 { (epoch, counter) = (epoch + 1, 0) }
            // Up to five seconds, or years.
            counter += 1 + (kind & 0x80 == 0 ? UInt64(later) : UInt64(later) << 31)
            now += Int(later) * 20
            let number = PacketNumber(epoch: epoch, counter: min(counter, PacketNumber.mostCounter))
            let form: PacketForm = kind & 0x20 == 0 ? .full : .compact
            let head = PacketHead(form, context: Int(kind), sender: pairing.sender, number: number).bytes
            let nonce = PacketNonce(sender: pairing.sender, number: number)
            guard let sealed = try? key.seal(Array(rest.prefix(length)), head: head, nonce: nonce) else { return }
            rest = rest.dropFirst(length)
            try? station.take(head + sealed, from: PacketPeer(description: "fuzz"), at: now)
            if kind & 0x10 == 0 { take(station, at: now) }
        }
        take(station, at: now)
        look()
    }

    private static func take(_ station: StationReceiver, at now: Int) {
        guard let learnt = try? station.commit(at: now) else { preconditionFailure("not kept") }
        for one in learnt { precondition(!one.json.text.isEmpty && !one.text.isEmpty) }
        precondition((try? station.takeAsked(at: now)) != nil && (try? station.answers(at: now)) != nil)
    }

    private struct Plain: HeightModel {
        func height(latitude: Double, longitude: Double) -> Height { .metres(500) }
        func spacing(latitude: Double, longitude: Double) -> Double? { 90 }
    }

    private static func look() {
        let sight = CameraSight(terrain: Plain(), pictureWidth: 64, pictureHeight: 48)
        guard let board = try? StationBoard(place: place, sight) else { preconditionFailure("no board") }
        for revision in [0, 1] {
            guard let text = try? board.changes(since: revision).text else { preconditionFailure("no page") }
            precondition((try? JSONReader.read(text, source: "page", limits: limits)) != nil)
        }
        for content in ["detections", "flights"] {
            for format in formats {
                guard let export = StationExport(fileName: "\(content).\(format)"),
                    let text = try? board.document(export)
                else { preconditionFailure("no export") }
                if format == "geojson" {
                    precondition((try? JSONReader.read(text, source: "it", limits: limits)) != nil)
                }
            }
        }
    }

    private static let limits = JSONLimits(bytes: 1 << 26, depth: 32, values: 1 << 24)
}
