// What addresses mean.
import HTTP
import TestSupport
import Testing

@Suite struct RequestTargetTests {
    @Test("paths and queries are decoded once, and slashes within a segment divide nothing")
    func decoded() throws {
        let target = try #require(RequestTarget("/api/drone%2F1/4711?a=b+c%26&flag&a=2&x=%E5%B1%B1"))
        #expect(target.segments == ["api", "drone/1", "4711"])
        #expect(target["a"] == "b c&" && target["flag"] == "" && target["x"] == "山" && target["y"] == nil)
        #expect(target.query.map(\.value) == ["b c&", "", "2", "山"])
        #expect(RequestTarget("/")?.segments == [""])
        #expect(RequestTarget("/a//b/")?.segments == ["a", "", "b", ""])
        #expect(RequestTarget("/%2541")?.segments == ["%41"])
        #expect(RequestTarget("/a+b?c+d")?.segments == ["a+b"])
    }

    @Test(
        "what is no address, leads elsewhere or hides something is refused",
        arguments: [
            "", "a", "*", "http://x/", "/..", "/a/%2e%2E/b", "/.", "/%", "/%4", "/%4g", "/%00", "/%0a", "/a b", "/a#b",
            "/%ff", "/%c0%af", "/é", "/?a=%", "/?%00", "/\u{7f}", String(repeating: "/a", count: 33),
            "/?" + String(repeating: "a&", count: 65),
        ])
    func refused(_ text: String) { #expect(RequestTarget(text) == nil, "\(text)") }

    @Test("any bytes are a target or none, and what is decoded never holds control characters")
    func anything() {
        let seed = UInt64.random(in: .min ... .max)
        var numbers = SplitMix(state: seed)
        let letters = Array("/%?&=+.20fFaZ#é\0 ".utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &numbers)
            let bytes = [0x2f] + (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &numbers)] }
            guard let target = RequestTarget(bytes) else { continue }
            let all = target.segments + target.query.flatMap { [$0.name, $0.value] }
            let isClean = all.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f } }
            #expect(isClean && !target.segments.contains(".."), "seed \(seed): \(bytes)")
        }
    }
}
