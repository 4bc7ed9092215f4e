import Testing

@testable import JSON

@Suite struct JSONReaderTests {
    private func read(_ text: String, limits: JSONLimits = JSONLimits()) throws -> JSONValue {
        try JSONReader.read(text, source: "test.json", limits: limits)
    }

    private func reason(_ text: String, limits: JSONLimits = JSONLimits()) -> String {
        do {
            _ = try read(text, limits: limits)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("every kind of value is read")
    func kinds() throws {
        let value = try read(
            #" { "a" : [ 1 , -2.5e2, true, false, null, "x" ], "b": {}, "c": [], "d": 9223372036854775807 } "#)
        let expected: JSONValue = [
            "a": [1, -250, true, false, nil, "x"], "b": [:], "c": [], "d": JSONValue(.integer(Int64.max)),
        ]
        #expect(value == expected)
    }

    @Test("an integer beyond 64 bits becomes the nearest double, minus zero keeps its sign")
    func numbers() throws {
        #expect(try read("9223372036854775808").content == .number(9223372036854775808))
        #expect(try read("1e2").content == .integer(100) && read("2.0").content == .integer(2))
        guard case .number(let zero) = try read("-0").content else { throw Mismatch() }
        #expect(zero.sign == .minus)
    }

    struct Mismatch: Error {}

    @Test("escapes and surrogate pairs become the characters they stand for")
    func escapes() throws {
        #expect(try read(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀""#) == JSONValue("\"\\/\u{8}\u{c}\n\r\té😀é😀"))
    }

    @Test(
        "what departs from the grammar is an error",
        arguments: [
            "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "[1 2]", "{\"a\" 1}", "{\"a\":}", "01", "-",
            "1.",
            ".5", "+1", "1e", "1e+", "0x10", "NaN", "Infinity", "1e999", "-1e999", "tru", "truex", "nul", "\"abc",
            "\"a\nb\"", "\"\\x\"",
            "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\", "1 2", "[1]]", "// 1", "[1] // x",
            "{\"a\":1,\"a\":2}",
            "\u{feff}{}", "\0", "[\0]",
        ])
    func malformed(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test("bytes that are not UTF-8 are an error")
    func encoding() {
        for bytes: [UInt8] in [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc3],
        ] {
            #expect(throws: JSONError.self) { try JSONReader.read(bytes: bytes, source: "x") }
        }
    }

    @Test("an error names the document, the line and what is wrong")
    func messages() {
        #expect(reason("{\n\"a\": 1,\n  \"b\" 2}") == "test.json line 3: ':' is expected after the key \"b\", not '2'")
        #expect(
            reason("[1,\n2") == "test.json line 2: ',' or ']' is expected in the array, not the end of the document")
        #expect(reason("{\"a\": 1,\n\"a\": 2}") == "test.json line 2: the key \"a\" is there twice")
    }

    @Test("values know their line and column")
    func positions() throws {
        let value = try read("{\n  \"a\": [\n    1, 22\n] }")
        guard case .array(let elements)? = value["a"]?.content else { throw Mismatch() }
        #expect(elements.map(\.position) == [JSONPosition(line: 3, column: 5), JSONPosition(line: 3, column: 8)])
    }

    @Test("depth, values and bytes have limits")
    func limits() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(reason(deep).contains("levels of nesting"))
        #expect(reason("[[[]]]", limits: JSONLimits(depth: 3)) == "no error")
        #expect(reason("[[[[]]]]", limits: JSONLimits(depth: 3)).contains("more than 3 levels"))
        #expect(reason("[1,2,3]", limits: JSONLimits(values: 4)) == "no error")
        #expect(reason("[1,2,3]", limits: JSONLimits(values: 3)).contains("more than 3 values"))
        #expect(reason("[1,2,3]", limits: JSONLimits(bytes: 6)).contains("7 bytes"))
    }

    @Test("a damaged document is read or refused, and what is read survives a round trip")
    func mutations() throws {
        let seed: UInt64 = 0x4a50_4e31
        var random = SplitMix(state: seed)
        let original = Array(
            #"{"task": "detect", "n": [1, -2.5e-3, {"a": null, "b\n\u00e9\ud83d\ude00": [true, false, [], {}]}], "é": "\\\""}"#
                .utf8)
        let spice = Array("{}[]\",:\\u0e-+.9tfn \n\u{1}".utf8) + [0x00, 0xff, 0xc3, 0xed, 0x80]
        for round in 0..<20_000 {
            var bytes = original
            for _ in 0...random.next(below: 3) {
                let at = random.next(below: bytes.count)
                switch random.next(below: 5) {
                case 0: bytes[at] = spice[random.next(below: spice.count)]
                case 1: bytes[at] ^= UInt8(1 << random.next(below: 8))
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.next(below: 6)))
                case 3: bytes.insert(spice[random.next(below: spice.count)], at: at)
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + random.next(below: 20))], at: at)
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            guard let value = try? JSONReader.read(bytes: bytes, source: "x") else { continue }
            let again = try JSONReader.read(value.text, source: "x")
            let pretty = try JSONReader.read(value.indentedText, source: "x")
            #expect(again == value && pretty == value, "seed \(seed), round \(round)")
        }
    }
}

/// A small seeded generator, so that a failure can be repeated.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
