import Foundation
import Imaging
import JSON
import Testing
import Vision

@testable import Evaluation

@Suite struct AnnotationTests {
    private static let plain = #"""
        {"info": {}, "images": [{"id": 9, "file_name": "b.png", "width": 64, "height": 48}, {"id": 2, "file_name": "a.png"}],
         "categories": [{"id": 5, "name": "Short"}, {"id": 1, "name": "open"}],
         "annotations": [
          {"id": 1, "image_id": 9, "category_id": 5, "bbox": [1, 2.5, 10, 4], "area": 30, "iscrowd": 0, "segmentation": [[1, 2]]},
          {"image_id": 9, "category_id": 1, "bbox": [0, 0, 3, 3], "iscrowd": true}]}
        """#

    @Test("images and categories come in the order of their ids, boxes in that of the file")
    func order() throws {
        let set = try annotations(Self.plain)
        #expect(set.images.map(\.id) == [2, 9] && set.images.map(\.fileName) == ["a.png", "b.png"])
        #expect(set.images[1].width == 64 && set.images[0].width == nil)
        #expect(set.categories.map(\.name) == ["open", "Short"])
        #expect(
            set.images[1].objects == [
                AnnotatedObject(category: 1, box: Rectangle(x: 1, y: 2.5, width: 10, height: 4), area: 30),
                AnnotatedObject(
                    category: 0, box: Rectangle(x: 0, y: 0, width: 3, height: 3), area: 9, isCrowd: true),
            ])
        #expect(set.images[0].objects.isEmpty)
    }

    @Test(
        "what is wrong is told with its line and key",
        arguments: [
            (
                "{}",
                #"a.json line 1: "categories" is missing: COCO annotations have images, annotations and categories"#
            ),
            ("[]", "a.json line 1: the document must be an object, not an array"),
            (
                #"{"categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "A"}]}"#,
                #"a.json line 1: "categories[1].name" is "A", as another category's is"#
            ),
            (
                #"{"categories": [], "images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]}"#,
                #"a.json line 1: "images" has the id 1 twice"#
            ),
            (
                #"{"categories": [], "images": [{"id": 1.5, "file_name": "a"}]}"#,
                #"a.json line 1: "images[0].id" must be a whole number, not a number"#
            ),
        ])
    func wrong(text: String, expected: String) {
        #expect(reason { _ = try annotations(text) } == expected)
    }

    @Test(
        "a box that is none is an error",
        arguments: [
            "[1, 2, 3]", "[1, 2, 3, -1]", "[0, 0, 1e9, 1]", "7", "[\"a\", 0, 1, 1]", "null", "[1, 2, 3, 4, 5]",
        ])
    func boxes(box: String) {
        let text =
            #"{"categories": [{"id": 1, "name": "a"}], "images": [{"id": 1, "file_name": "a"}],"#
            + #" "annotations": [{"image_id": 1, "category_id": 1, "bbox": "# + box + "}]}"
        #expect(throws: EvaluationError.self) { try annotations(text) }
    }

    @Test("a box of an image or a category that is not there is an error, not a trap")
    func strangers() {
        for (key, text) in [("image_id", "4, \"category_id\": 1"), ("category_id", "1, \"category_id\": 4")] {
            let document =
                #"{"categories": [{"id": 1, "name": "a"}], "images": [{"id": 1, "file_name": "a"}],"#
                + #" "annotations": [{"bbox": [0, 0, 1, 1], "image_id": "# + text + "}]}"
            #expect(reason { _ = try annotations(document) }.contains("\(key)\" is 4, which no"))
        }
    }

    @Test("more values than allowed are refused")
    func limits() {
        let text = #"{"annotations": [\#([String](repeating: "1", count: 100).joined(separator: ","))]}"#
        #expect(throws: EvaluationError.self) {
            try Array(text.utf8).withUnsafeBytes {
                try Annotations.read($0, source: "a.json", limits: JSONLimits(bytes: 1000, depth: 4, values: 50))
            }
        }
    }

    @Test("more boxes on an image or more classes than can be judged are refused")
    func bounds() throws {
        let box = #"{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}"#
        let text =
            #"{"categories": [{"id": 1, "name": "a"}], "images": [{"id": 1, "file_name": "a"}], "annotations": ["#
            + [String](repeating: box, count: 20_001).joined(separator: ",") + "]}"
        #expect(reason { _ = try annotations(text) }.contains("more than 20000 boxes"))
        let set = Annotations(categories: (0..<2001).map { .init(id: $0, name: "c\($0)") }, images: [])
        #expect(reason { _ = try ClassMap(set, labels: ["c7"]) }.contains("--classes A,B chooses some"))
        #expect(try ClassMap(set, labels: ["c7"], only: ["C7"]).names == ["c7"])
    }

    @Test("labels and categories meet by name in any case; what is left over is told")
    func classes() throws {
        let set = try annotations(Self.plain)
        let map = try ClassMap(set, labels: ["SHORT", "spur"])
        #expect(map.names == ["open", "Short"])
        #expect(map.notes.count == 2)
        #expect(map.notes.first?.hasPrefix("category 'open' (1 boxes) is no label of the model") == true)
        #expect(map.notes.last?.hasSuffix("whose detections do not count: spur") == true)
        let box = Box(x: 0, y: 0, width: 1, height: 1)
        let detection = Detection(label: "short", classIndex: 0, score: 0.5, box: box)
        #expect(map.finding(detection)?.classIndex == 1)
        #expect(map.finding(Detection(label: "spur", classIndex: 1, score: 0.5, box: box)) == nil)
        #expect(map.truths(of: set.images[1]).map(\.classIndex) == [1, 0])
    }

    @Test("a class chosen alone leaves the others out")
    func only() throws {
        let set = try annotations(Self.plain)
        let map = try ClassMap(set, labels: ["open", "short"], only: ["SHORT"])
        #expect(map.names == ["Short"] && map.notes.isEmpty)
        #expect(map.truths(of: set.images[1]).count == 1)
        #expect(reason { _ = try ClassMap(set, labels: ["open"], only: ["opne"]) }.contains("(did you mean open?)"))
    }

    @Test("boxes of an ignored category are regions of every class")
    func ignored() throws {
        let set = try annotations(Self.plain)
        let map = try ClassMap(set, labels: ["open"], ignoring: ["short"])
        #expect(map.names == ["open"])
        // The box of the judged category is a crowd in the file.
        #expect(map.truths(of: set.images[1]).map(\.isCrowd) == [true, true])
        #expect(map.truths(of: set.images[1]).map(\.classIndex) == [Truth.everyClass, 0])
        #expect(throws: EvaluationError.self) { try ClassMap(set, labels: ["open"], ignoring: ["short", "open"]) }
    }

    @Test("labels that fit no category are an error that shows both")
    func nothingFits() throws {
        let set = try annotations(Self.plain)
        #expect(
            reason { _ = try ClassMap(set, labels: ["cat", "dog"]) }
                == "no label of the model is a category of the annotations: the model has cat and dog, "
                + "the annotations have open and Short")
        #expect(reason { _ = try ClassMap(set, labels: []) }.contains("--labels FILE gives them"))
    }

    @Test("without objects only a given threshold can be judged")
    func noObjects() throws {
        let set = try annotations(
            #"{"categories": [{"id": 1, "name": "a"}], "images": [{"id": 1, "file_name": "a"}], "annotations": []}"#)
        let map = try ClassMap(set, labels: ["a"])
        try Judgement.check(set, map, threshold: 0.5)
        #expect(reason { try Judgement.check(set, map, threshold: nil) }.contains("give --threshold T"))
    }

    @Test("images are found by their whole name or its last part, and never outside the folder")
    func folder() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("in/sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["secret.png", "in/a.png", "in/sub/b.png"] {
            try Data([1]).write(to: folder.appendingPathComponent(name))
        }
        let images = ImageFolder(folder.path + "/in")
        func file(_ name: String) throws -> String { try images.file(of: AnnotatedImage(id: 1, fileName: name)) }
        #expect(try file("a.png").hasSuffix("/in/a.png") && file("sub/b.png").hasSuffix("/in/sub/b.png"))
        #expect(try file("elsewhere/a.png").hasSuffix("/in/a.png"))
        for name in ["../secret.png", "sub/../../secret.png", folder.path + "/secret.png", "none.png", "sub/", "a\0b"] {
            #expect(throws: EvaluationError.self, "\(name)") { try file(name) }
        }
    }

    @Test("an image may name its template, which is found like the image; where a model needs one it has to be there")
    func template() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data([1]).write(to: folder.appendingPathComponent("t.png"))
        let set = try annotations(
            #"""
            {"categories": [{"id": 1, "name": "a"}], "annotations": [],
             "images": [{"id": 1, "file_name": "a.png", "template": "sub/t.png"}, {"id": 2, "file_name": "b.png"},
                        {"id": 3, "file_name": "c.png", "template": "../t.png"}]}
            """#)
        let images = ImageFolder(folder.path)
        #expect(try images.template(of: set.images[0]).hasSuffix("/t.png"))
        #expect(reason { _ = try images.template(of: set.images[1]) }.contains("b.png"))
        #expect(reason { _ = try images.template(of: set.images[2]) }.contains("template of image 3"))
    }

    @Test(
        "mutated annotations end in an error or in boxes that figures can be made of", arguments: [1, 2, 3] as [UInt64])
    func mutations(seed: UInt64) {
        let original = Array(Self.plain.utf8)
        let words = ["0", "-1", "1e300", "[", "]", "null", "\"", ",", "9223372036854775807", "true", "{}"].map {
            Array($0.utf8)
        }
        var generator = SeededGenerator(seed: seed)
        var readable = 0
        for _ in 0..<400 {
            var bytes = original
            for _ in 0...generator.index(below: 3) {
                let place = generator.index(below: bytes.count)
                let end = min(place + generator.index(below: 4), bytes.count)
                bytes.replaceSubrange(place..<end, with: words[generator.index(below: words.count)])
            }
            guard let set = try? bytes.withUnsafeBytes({ try Annotations.read($0, source: "seed \(seed)") }),
                let map = try? ClassMap(set, labels: ["open"])
            else { continue }
            readable += 1
            let images = set.images.map { image in
                let truths = map.truths(of: image)
                return JudgedImage(truths: truths, findings: truths.map { finding($0.classIndex, 0.5, 0, 0, 9, 9) })
            }
            _ = AveragePrecision(images, classes: map.names.count, overlap: 0.33)
        }
        #expect(readable > 10, "seed \(seed)")
    }
}
