// What a paired sender may say to harm its station.
import Foundation
import JSON
import Peers
import TestSupport
import Testing

@testable import Link
@testable import Station

@Suite struct HostileSenderTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder("hostile") }

    /// Payloads of a box that flies, sees and tells, as they were before they were sealed.
    private func payloads(_ box: inout PairedBox) throws -> [OpenedPacket] {
        var opener = PacketOpener()
        opener.add(box.pairing.sender, keys: try box.pairing.keys(.up))
        box.learnTime(1_790_000_000_000)
        var packets: [OpenedPacket] = []
        for step in 0..<6 {
            box.see(1, north: Double(step))
            box.see(2 + step, hasPlace: step % 2 == 0)
            box.fly(north: Double(step) * 40)
            box.tell(step, .rule(0, track: 1))
            box.say("step \(step)")
            box.tell(HealthRecord(camera: 0, faults: [.dark], rate: 5, waiting: 3, free: 0.5, battery: 0.8))
            packets += try box.packets(2000).map { try opener.open($0, at: box.now) }
        }
        return packets
    }

    @Test("1200 mutated payloads end in rows that the page, answers and exports can be made of", arguments: 1...2)
    func mutated(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        var box = try PairedBox("drone")
        let packets = try payloads(&box)
        try #require(packets.count > 10)
        let place = folder.path("store-\(seed)")
        let (station, board) = (try PairedBox.station(place, [box]), try StationBoard(place: place))
        let key = try box.pairing.keys(.up)[0]
        var (counter, learnt) = (UInt64(1_000_000), 0)
        for turn in 0..<600 {
            let packet = packets[turn % packets.count]
            let other = packets.randomElement(using: &random)?.text ?? []
            let text = turn < packets.count ? packet.text : Mutation.mutated(packet.text, with: other, &random)
            // Some of a later run, of which the contexts are not known.
            let number = PacketNumber(epoch: turn % 100 == 99 ? UInt32(turn) : packet.number.epoch, counter: counter)
            counter += UInt64.random(in: 1...200, using: &random)
            let head = PacketHead(.full, context: packet.context, sender: box.pairing.sender, number: number).bytes
            let nonce = PacketNonce(sender: box.pairing.sender, number: number)
            let sealed = head + (try key.seal(text, head: head, nonce: nonce))
            try station.take(sealed, from: PacketPeer(description: "box"), at: 1_000_000 + turn * 100)
            guard turn % 20 == 19 else { continue }
            for one in try station.commit(at: 1_000_000 + turn * 100) {
                learnt += 1
                #expect(!one.json.text.isEmpty && !one.text.isEmpty, "seed \(seed)")
            }
            _ = try station.answers(at: 1_000_000 + turn * 100)
            let page = try board.changes(since: 0).text
            #expect((try? JSONReader.read(page, source: "page", limits: .configuration)) != nil, "seed \(seed)")
        }
        #expect(learnt > 300, "seed \(seed): \(learnt)")
        for content in StationExport.Content.allCases {
            for format in StationExport.Format.allCases {
                let export = try #require(StationExport(fileName: "\(content.rawValue).\(format.rawValue)"))
                #expect(try !board.document(export).isEmpty, "seed \(seed)")
            }
        }
    }
}
