import Testing

@testable import JSON

@Suite struct JSONFieldsTests {
    private func fields(_ text: String) throws -> JSONFields {
        try JSONFields(try JSONReader.read(text, source: "preset.json"), source: "preset.json")
    }

    private func reason(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    enum Task: String, CaseIterable { case detect, classify }

    @Test("values come back in the type asked for; absent and null are nil")
    func typed() throws {
        let fields = try fields(
            #"{"s": "x", "n": 0.5, "i": 3, "j": 4.0, "b": true, "t": "detect", "v": [1, 2.5], "r": [[1], []], "o": {"k": 1}, "z": null}"#
        )
        #expect(try fields.string("s") == "x")
        #expect(try fields.number("n") == 0.5 && fields.number("i") == 3)
        #expect(try fields.integer("i") == 3 && fields.integer("j") == 4)
        #expect(try fields.bool("b") == true)
        #expect(try fields.choice("t", of: Task.self) == .detect)
        #expect(try fields.numbers("v") == [1, 2.5])
        #expect(try fields.numberRows("r") == [[1], []])
        #expect(try fields.object("o")?.integer("k") == 1)
        #expect(try fields.string("z") == nil && fields.string("absent") == nil)
        try fields.finish()
    }

    @Test("a wrong type, range or word is an error that names key and line")
    func wrong() throws {
        let fields = try fields(
            "{\n\"iou\": \"a\",\n\"n\": 2,\n\"t\": \"detct\",\n\"v\": [1,\n\"x\"], \"o\": {\"k\": 1.5}}")
        #expect(reason { _ = try fields.number("iou") } == "preset.json line 2: \"iou\" must be a number, not a string")
        #expect(
            reason { _ = try fields.number("n", in: 0...1) }
                == "preset.json line 3: \"n\" is 2.0; it must lie between 0.0 and 1.0")
        #expect(
            reason { _ = try fields.choice("t", of: Task.self) }
                == "preset.json line 4: \"t\" is \"detct\" (did you mean \"detect\"?); known are detect and classify")
        #expect(
            reason { _ = try fields.numbers("v") }
                == "preset.json line 6: \"v\" must be an array of numbers; one of its elements is a string")
        #expect(
            reason { _ = try fields.object("o")?.integer("k") }
                == "preset.json line 6: \"o.k\" must be a whole number, not a number")
        #expect(reason { _ = try fields.object("n") } == "preset.json line 3: \"n\" must be an object, not a number")
        #expect(throws: JSONError.self) { try JSONFields(JSONValue(1), source: "x") }
    }

    @Test("a key that nobody asked for is an error with a suggestion")
    func unknownKeys() throws {
        let fields = try fields("{\"task\": \"x\",\n\"iuo_threshold\": 1}")
        _ = try fields.string("task")
        _ = try fields.number("iou_threshold")
        #expect(
            reason { try fields.finish() }
                == "preset.json line 2: unknown key \"iuo_threshold\" (did you mean \"iou_threshold\"?)")
    }

    @Test("what a document says stays on the line of its error, and steers no terminal")
    func oneLine() throws {
        for (document, words) in [
            (#"{"a\nb": 1}"#, #"a\u000ab"#), (#"{"a\u001b[2Jb": 1}"#, #"a\u001b[2Jb"#), (#"{"\u2028": 1}"#, #"\u2028"#),
            (#"{"é": 1}"#, "é"),
        ] {
            do throws(JSONError) {
                let fields = try JSONFields(try JSONReader.read(document, source: "x"), source: "x")
                try fields.finish()
                Issue.record("\(document) was taken")
            } catch {
                let isPlain = error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x2028 }
                #expect(isPlain && error.description.contains(words), "\(error)")
            }
        }
    }

    @Test("suggestions forgive slips but not other words")
    func spelling() {
        let words = ["letterbox", "stretch", "crop"]
        #expect(Spelling.suggestion(for: "leterbox", among: words) == "letterbox")
        #expect(Spelling.suggestion(for: "Letter-Box", among: words) == "letterbox")
        #expect(Spelling.suggestion(for: "corp", among: words) == "crop")
        #expect(Spelling.suggestion(for: "banana", among: words) == nil)
        #expect(Spelling.suggestion(for: String(repeating: "x", count: 1_000_000), among: words) == nil)
        #expect(Spelling.list(["a", "b", "c"]) == "a, b and c")
    }
}
