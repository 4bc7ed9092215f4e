import Foundation
import Imaging
import Testing

@testable import Evaluation

@Suite struct ReportTests {
    private func page(images: [JudgedImage]? = nil, options: Judgement.Options = .init(samples: 10)) -> String {
        let images = images ?? randomImages(seed: 11, count: 12)
        var judgement = Judgement(
            images, classes: ["open", "short", "<script>alert(1)</script>"], options: options, notes: ["a & b"])
        judgement.latency = .init(p50: 0.001, p90: 0.002, p99: 0.003)
        let precision = judgement.precision
        judgement.robustness = ["noise", "fog"].flatMap { name in
            Corruption.strengths.map { Robustness(corruption: name, strength: $0, precision, threshold: 0.5) }
        }
        let report = Report(
            judgement, model: "m<1>.onnx", annotations: "a.json", names: images.indices.map { "image \($0).png" },
            program: "arete")
        return report.html { _ in try? Image(width: 400, height: 300, format: .grey, filledWith: .white) }
    }

    @Test("names from files are text on the page, never markup")
    func escaped() {
        let html = page()
        #expect(!html.contains("<script") && html.contains("&lt;script&gt;") && html.contains("m&lt;1&gt;.onnx"))
        #expect(html.contains("a &amp; b") && HTML.escaped("\u{1b}'\"") == "?&#39;&quot;")
    }

    @Test("the page needs nothing from outside")
    func selfContained() {
        let html = page()
        for word in ["http://", "https://", "<link", "@import", "url(", "src=\"/"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("src=\"data:image/jpeg;base64,/9j/"))
    }

    @Test("every element that is opened is closed, and pictures have words")
    func wellFormed() throws {
        let html = page()
        var open: [Substring] = []
        for match in html.matches(of: #/<(/?)([a-z0-9]+)([^>]*)>/#) {
            let (_, slash, name, rest) = match.output
            if ["meta", "img", "br"].contains(name) || rest.hasSuffix("/") { continue }
            if slash.isEmpty { open.append(name) } else { #expect(open.popLast() == name) }
        }
        #expect(open.isEmpty)
        for match in html.matches(of: #/<img [^>]*>/#) { #expect(match.output.contains("alt=\"")) }
        for match in html.matches(of: #/<svg [^>]*>/#) { #expect(match.output.contains("aria-label=\"")) }
        #expect(html.matches(of: #/<img /#).count > 4 && html.matches(of: #/<svg /#).count == 4)
    }

    @Test("what does not exist is left out: no decision, no curve, no picture")
    func absent() {
        let image = JudgedImage(truths: [], findings: [])
        let html = page(images: [image, image])
        #expect(!html.contains("<img") && !html.contains("What is taken for what") && html.contains("Note:"))
    }

    @Test("the worst misses come first: unseen before seen, then the surest false calls")
    func worst() throws {
        let image = JudgedImage(
            truths: [
                truth(0, 0, 0, 20, 20), truth(0, 100, 0, 20, 20), truth(0, 200, 0, 40, 40), truth(0, 300, 0, 20, 20),
            ],
            findings: [
                finding(0, 0.9, 300, 0, 20, 20), finding(0, 0.3, 0, 0, 20, 20), finding(0, 0.8, 500, 0, 20, 20),
                finding(0, 0.95, 600, 0, 20, 20),
            ])
        let judgement = Judgement([image], classes: ["a"], options: .init(threshold: 0.5, samples: 0))
        let cases = judgement.worstCases()
        #expect(cases.map(\.box.x) == [200, 100, 0, 600, 500])
        #expect(cases[2].score == 0.3 && cases[0].score == nil && judgement.worstCases(1).count == 2)
    }

    @Test("bytes become base64 with its padding")
    func base64() {
        for count in 0..<9 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
            #expect(HTML.base64(bytes) == Data(bytes).base64EncodedString())
        }
    }

    @Test("a crop at the border, far outside or of no number is drawn or left out")
    func crops() throws {
        let picture = try Image(width: 100, height: 80, format: .rgb)
        let judged = JudgedImage(truths: [], findings: [])
        func drawn(_ box: Box) -> Image? {
            WorstCase(kind: .miss, image: 0, box: box, classIndex: 0, score: nil).drawn(
                on: picture, judged, threshold: 0.5)
        }
        #expect(drawn(Box(x: 90, y: 70, width: 10, height: 10)) != nil)
        #expect(drawn(Box(x: 5000, y: 0, width: 10, height: 10)) == nil)
        #expect(drawn(Box(x: .nan, y: 0, width: 10, height: 10)) == nil)
        let large = try #require(drawn(Box(x: 0, y: 0, width: 100, height: 80)))
        #expect(max(large.width, large.height) <= 240)
    }
}
