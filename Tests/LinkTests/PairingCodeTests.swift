// Pairings as texts of codes, which anybody may hold before a camera.
import TestSupport
import Testing

@testable import Link

@Suite struct PairingCodeTests {
    private static let secret = (0..<32).map { UInt8($0) }
    private static let good =
        "arete-link:1?sender=305419895&secret=000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F&name=drone%201"

    @Test(
        "the text is the published one, and gives the same pairing back",
        arguments: ["drone 1", "Hütte/№7", "a&name=b", "%"])
    func roundTrip(name: String) throws {
        let pairing = try Pairing(name: name, sender: SenderID(305_419_895), secret: Self.secret)
        let code = PairingCode(pairing)
        #expect(try PairingCode(text: code.text).pairing == pairing)
        if name == "drone 1" { #expect(code.text == Self.good) }
        var shown = "\(code) \(String(reflecting: code))"
        dump(code, to: &shown)
        #expect(!shown.uppercased().contains("0A0B0C"))
    }

    private func reason(_ text: String) -> String {
        do throws(PairingError) {
            _ = try PairingCode(text: text)
            return "none"
        } catch { return "\(error)" }
    }

    @Test("anything else is refused in one line that tells no secret")
    func refused() {
        let damaged = "the code is damaged, or of another version"
        for (old, new, wanted) in [
            ("arete-link", "https", "the code is no pairing's"), (":1?", ":2?", "the code is no pairing of version 1"),
            ("sender=3", "sender=03", damaged), ("sender=3", "sender=+3", damaged),
            ("305419895", "4294967296", damaged),
            ("0A0B", "0a0b", damaged), ("0A0B", "0A", damaged), ("0A0B", "0A0B0C", damaged), ("0A0B", "０A0B", damaged),
            ("drone%201", "drone 1", damaged), ("drone%201", "%64rone", damaged), ("drone%201", "a%2", damaged),
            ("drone%201", "a%zz", damaged), ("drone%201", "%FF", damaged), ("drone%201", "a&x=1", damaged),
            ("&name=drone%201", "", damaged), ("drone%201", "", "'' is no name: 1 to 64 bytes on one line"),
            ("drone%201", String(repeating: "a", count: 400), "the code is too long for a pairing's"),
        ] {
            let text = Self.good.replacing(old, with: new)
            #expect(reason(text) == wanted, "\(new)")
        }
        #expect(reason(Self.good.replacing("drone%201", with: "a%0Ab")).contains("is no name"))
    }

    @Test("whatever a code says is an error or a pairing with that text", arguments: 1...3)
    func mutated(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var (wrong, taken) = (0, 0)
        for _ in 0..<20_000 {
            var bytes = Array(Self.good.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random), at: place)
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let code = try? PairingCode(text: text) else { continue }
            taken += 1
            if code.text != text { wrong += 1 }
        }
        #expect(wrong == 0 && taken > 100, "seed \(seed)")
    }
}
