import Foundation
import Imaging
import JSON
import Testing

@testable import Evaluation

/// Figures that pycocotools 2.0.11 made of random data: Reference/make.py.
@Suite struct ReferenceTests {
    private static func document() throws -> JSONValue {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Reference/cases.json")
        return try JSONReader.read(bytes: Array(try Data(contentsOf: path)), source: "cases.json")
    }

    private static func images(_ entry: JSONFields) throws -> (images: [JudgedImage], classes: Int) {
        let text = try #require(entry.value("annotations")).text
        let annotations = try annotations(text)
        let places = Dictionary(uniqueKeysWithValues: annotations.categories.enumerated().map { ($1.id, $0) })
        var findings: [Int: [Finding]] = [:]
        guard case .array(let detections)? = entry.value("detections")?.content else { return ([], 0) }
        for detection in detections {
            let fields = try JSONFields(detection, source: "cases.json")
            let sides = try #require(try fields.numbers("bbox")).map { Float($0) }
            let image = try #require(try fields.integer("image_id"))
            let category = try #require(try fields.integer("category_id"))
            let score = try #require(try fields.number("score"))
            let place = try #require(places[category])
            findings[image, default: []].append(
                finding(place, Float(score), sides[0], sides[1], sides[2], sides[3]))
        }
        let images = annotations.images.map { image in
            JudgedImage(
                truths: image.objects.map {
                    Truth(classIndex: $0.category, box: $0.box, area: $0.area, isCrowd: $0.isCrowd)
                },
                findings: findings[image.id] ?? [])
        }
        return (images, annotations.categories.count)
    }

    @Test(
        "every figure is that of pycocotools: ties, crowds, sizes, empty images, classes without truths",
        arguments: 0..<4)
    func figures(place: Int) throws {
        let document = try Self.document()
        guard case .array(let cases)? = document["cases"]?.content else {
            Issue.record("no cases")
            return
        }
        let entry = try JSONFields(cases[place], source: "cases.json")
        let (images, classes) = try Self.images(entry)
        let overlap = try #require(try JSONFields(document, source: "cases.json").number("overlap"))
        let precision = AveragePrecision(images, classes: classes, overlap: overlap)
        let expected = try #require(try entry.object("figures"))
        func check(_ name: String, _ figure: Double?) throws {
            let reference = try expected.number(name)
            #expect((figure == nil) == (reference == nil), "\(name)")
            if let figure, let reference { #expect(abs(figure - reference) < 1e-12, "\(name)") }
        }
        for size in SizeClass.allCases { try check(size.rawValue, precision.mean(size)) }
        try check("at50", precision.at50())
        try check("at75", precision.at75())
        try check("at_overlap", precision.atOverlap())
        try check("recall", precision.averageRecall)
        for (key, figure) in [
            ("classes", { precision.mean(class: $0) }), ("classes_at50", { precision.at50(class: $0) }),
        ] as [(String, (Int) -> Double?)] {
            guard case .array(let values)? = expected.value(key)?.content else {
                Issue.record("no \(key)")
                continue
            }
            for (index, value) in values.enumerated() {
                switch value.content {
                case .number(let number): #expect(abs((figure(index) ?? -1) - number) < 1e-12, "\(key) \(index)")
                case .integer(let number): #expect(figure(index) == Double(number), "\(key) \(index)")
                default: #expect(figure(index) == nil, "\(key) \(index)")
                }
            }
        }
    }
}
