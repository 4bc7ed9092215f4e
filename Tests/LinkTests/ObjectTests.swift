// What takes several packets, and what repairs it.
import CSealing
import TestSupport
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct ObjectTests {
    private func bytes(_ count: Int, _ random: inout SplitMix) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test("whichever pieces come, as many as an object was cut into give it back", arguments: [1, 2, 3])
    func repaired(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        var wrong: [String] = []
        for _ in 0..<60 {
            let count = Int.random(in: 1...128, using: &random)
            let size = Int.random(in: 1...40, using: &random)
            let last = Int.random(in: 1...size, using: &random)
            let pieces = (0..<count).map { bytes($0 == count - 1 ? last : size, &random) }
            let all = Array(0..<256).shuffled(using: &random).prefix(count)
            var came: [Int: [UInt8]] = [:]
            for index in all {
                came[index] = index < count ? pieces[index] : ErasureCode.repairPiece(index, of: pieces)
            }
            let whole = ErasureCode.pieces(count, of: pieces[0].count, from: came)
            guard let whole, zip(whole, pieces).allSatisfy({ Array($0.prefix($1.count)) == $1 }) else {
                wrong.append("\(count) pieces of \(size)")
                continue
            }
            came[all[all.startIndex]] = nil
            if ErasureCode.pieces(count, of: pieces[0].count, from: came) != nil { wrong.append("one too few") }
        }
        #expect(wrong.isEmpty, "seed \(seed): \(wrong)")
    }

    @Test("a byte of GF(256) times its inverse is 1, and products are those of the polynomial 0x11d")
    func field() {
        #expect((1...255).allSatisfy { GaloisField.product(UInt8($0), GaloisField.inverse(UInt8($0))) == 1 })
        // x^8 = x^4 + x^3 + x^2 + 1, and 2 times 0x8e = 0x11c.
        #expect(GaloisField.product(0x80, 2) == 0x1d && GaloisField.inverse(2) == 0x8e)
    }

    @Test("repair pieces are as many as an ideal code needs")
    func counts() {
        // By the binomial distribution, failing once in a thousand.
        for (pieces, loss, repairs) in [(1, 0.02, 1), (4, 0.1, 4), (8, 0.1, 5), (16, 0.2, 13), (32, 0.05, 7)] {
            #expect(ErasureCode.repairCount(pieces: pieces, loss: loss) == repairs, "\(pieces) at \(loss)")
        }
        #expect(ErasureCode.repairCount(pieces: 5, loss: 0) == 0)
    }

    @Test("a WebP file without its container is 27 bytes shorter, and comes back bit for bit")
    func bare() throws {
        // 1x1, drawn by libwebp at quality 1.
        let frame: [UInt8] = [
            0x30, 1, 0, 0x9d, 1, 0x2a, 1, 0, 1, 0, 2, 0, 0x34, 0x25, 0xa4, 0, 3, 0x70, 0, 0xfe, 0xfb, 0x94,
        ]
        let head = Array("RIFF".utf8) + [UInt8(12 + frame.count), 0, 0, 0] + Array("WEBPVP8 ".utf8)
        let file = head + [UInt8(frame.count), 0, 0, 0] + frame
        let bare = try #require(BareWebP.strip(file))
        #expect(bare.bytes.count == file.count - BareWebP.elided && bare.width == 1 && bare.height == 1)
        #expect(BareWebP.file(bare.bytes, width: 1, height: 1) == file)
        for count in file.indices { #expect(BareWebP.strip(Array(file[..<count])) == nil, "\(count) bytes") }
        #expect(
            BareWebP.file([1, 2, 3], width: 1, height: 1) == nil
                && BareWebP.file(bare.bytes, width: 0, height: 1) == nil)
    }

    private static let weathers: [(loss: Double, wayBack: Bool)] = [(0, true), (0.2, true), (0.4, true), (0.2, false)]

    @Test(
        "objects arrive whole beside thirty tracks, over links that lose, with and without a way back", arguments: 0..<4
    )
    func carried(_ index: Int) throws {
        let (loss, wayBack) = Self.weathers[index]
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 300, hasWayBack: wayBack)
        let weather = LinkWeather(bytesPerSecond: 300, loss: loss, doubled: 0.05, latency: 100...600)
        let area = try #require(Area(origin: EarthPlace(latitude: 46.5, longitude: 8), base: 0))
        var link = try LinkSimulation(profile, weather, area: area, seed: index + 1)
        var random = SplitMix(state: UInt64(index) + 99)
        let whole = bytes(2500, &random)
        let chip = bytes(110, &random)
        var objectAt: Int?
        var chipAt: Int?
        for step in 0..<300 * 50 {
            if step % 50 == 0 {
                for id in 0..<30 { link.see(id, walker(id, step)) }
            }
            if step == 500 {
                #expect(try link.tell(.scene, whole, isWished: true))
                link.tell(
                    chip: try #require(ChipRecord(track: TrackTag(of: 7), width: 32, height: 32, bytes: chip)), of: 7)
            }
            for report in try link.step() {
                switch report {
                case .object(let record, _, let bytes):
                    #expect(bytes == whole && record.kind == .scene)
                    objectAt = objectAt ?? link.now
                case .chip(let track, let file):
                    #expect(track == 7 && file == BareWebP.file(chip, width: 32, height: 32))
                    chipAt = chipAt ?? link.now
                default: break
                }
            }
        }
        // A quarter of 300 bytes a second.
        #expect(objectAt ?? .max < 10_000 + 120_000, "seed \(index + 1): \(String(describing: objectAt))")
        #expect(chipAt ?? .max < 10_000 + 60_000, "seed \(index + 1): \(String(describing: chipAt))")
        let bytes = link.sentBytes.map(\.bytes).reduce(0, +)
        #expect(Double(bytes) <= 300 * 300 + 233)
    }

    private func walker(_ id: Int, _ step: Int) -> TrackSighting {
        let place = EarthPlace(latitude: 46.5 + Double(id) * 1e-3, longitude: 8 + Double(step) * 1e-7)
        return TrackSighting(
            id: id, objectClass: 0, score: 0.7, box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1),
            position: GroundPosition(place: place, height: 500, error: 5))
    }

    @Test("a station that has lost all pieces gets the object again")
    func forgotten() throws {
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 1000)
        var link = try LinkSimulation(profile, LinkWeather(bytesPerSecond: 1000), area: nil, seed: 3)
        var random = SplitMix(state: 5)
        let whole = bytes(4000, &random)
        var came = false
        for step in 0..<90 * 50 {
            if step % 50 == 0 { link.see(1, walker(1, step)) }
            if step == 100 { #expect(try link.tell(.names, whole, isWished: false)) }
            if step == 200 { link.forgetAll() }
            for case .object(_, _, let bytes) in try link.step() { came = came || bytes == whole }
        }
        #expect(came)
    }
}
