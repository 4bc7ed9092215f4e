import JSON
import Testing

@testable import Evaluation

@Suite struct JudgementTests {
    private func judgement(threshold: Double? = nil) -> Judgement {
        var judgement = Judgement(
            randomImages(seed: 3, count: 20), classes: ["open", "short", "sp<u>r"],
            options: .init(threshold: threshold, samples: 20), notes: ["a note"])
        judgement.latency = .init(p50: 0.001, p90: 0.002, p99: 0.0035)
        return judgement
    }

    @Test("the document has every member that scripts rely on, and can be read back")
    func document() throws {
        let json = try JSONReader.read(judgement().json.text, source: "out")
        for key in ["ap", "ap50", "ap75", "ap_small"] {
            let value = try #require(try JSONFields(json, source: "out").number(key))
            #expect((0...1).contains(value), "\(key)")
        }
        #expect(json["images"] == 20 && json["map_at_iou"]?["iou"] == 0.33)
        for key in ["threshold", "precision", "recall", "f1"] { #expect(json["best"]?[key] != nil, "\(key)") }
        #expect(json["latency_ms"] == ["p50": 1, "p90": 2, "p99": 3.5])
        guard case .array(let classes)? = json["per_class"]?.content else {
            Issue.record("no classes")
            return
        }
        #expect(classes.count == 3 && classes[1]["label"] == "short" && classes[1]["ap50"] != nil)
    }

    @Test("a given threshold is judged, and the best one is told beside it")
    func threshold() {
        let judgement = judgement(threshold: 0.6)
        #expect(judgement.decisions?.point.threshold == 0.6)
        #expect(judgement.best?.threshold != 0.6)
        #expect(judgement.json["at_threshold"]?["threshold"] == 0.6)
        #expect(judgement.text.contains("at threshold 0.6: precision"))
    }

    @Test("where nothing is right, no threshold follows, and that is said")
    func nothingRight() {
        let image = JudgedImage(truths: [truth(0, 0, 0, 9, 9)], findings: [finding(0, 0.5, 50, 50, 9, 9)])
        let judgement = Judgement([image, image], classes: ["a"], options: .init())
        #expect(judgement.best == nil && judgement.decisions == nil && judgement.notes.count == 1)
        #expect(judgement.json["best"] == JSONValue(.null) && judgement.text.contains("--threshold T"))
    }

    @Test("sound images alone give false calls at a threshold, and no average precision")
    func sound() {
        let images = [
            JudgedImage(truths: [], findings: [finding(0, 0.9, 0, 0, 9, 9)]), JudgedImage(truths: [], findings: []),
        ]
        let judgement = Judgement(images, classes: ["a"], options: .init(threshold: 0.5))
        #expect(judgement.precision.mean() == nil && judgement.json["ap"] == JSONValue(.null))
        #expect(judgement.decisions?.inspection.falselyCalledImages == Rate(1, of: 2))
        #expect(judgement.text.contains("There is no defect here"))
    }

    @Test("figures stand in columns")
    func table() {
        #expect(Judgement.table([["a", "bb"], ["ccc", "d"]]) == ["  a    bb", "  ccc   d"])
    }
}
