import Foundation
import Imaging
import Testing

@testable import AreteTool

@Suite struct EvalCommandTests {
    private func task(_ words: [String]) throws -> EvalTask {
        try EvalTask(try ParsedArguments(["m.onnx"] + words, form: EvalCommand.form))
    }

    @Test("annotations and images have to be named")
    func required() throws {
        #expect(throws: UsageError.self) { try task([]) }
        #expect(throws: UsageError.self) { try task(["--annotations", "a.json"]) }
        #expect(try task(["--annotations", "a.json", "--images", "d"]).options.overlap == 0.33)
    }

    @Test("lists of classes are split at commas, repeated options add up")
    func names() throws {
        let base = ["--annotations", "a.json", "--images", "d"]
        let both = try task(base + ["--classes", "a, b", "--ignore-class", "x", "--ignore-class=y"])
        #expect(both.classes == ["a", "b"] && both.ignored == ["x", "y"])
        #expect(try task(base).classes == nil)
        for wrong in [["--iou", "0"], ["--iou", "1.5"], ["--threshold", "2"]] {
            #expect(throws: UsageError.self, "\(wrong)") { try task(base + wrong) }
        }
    }

    @Test("an image that is not there is told before any is run")
    func missing() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.path + "/a.json"
        try Data(
            #"{"categories": [{"id": 1, "name": "a"}], "images": [{"id": 1, "file_name": "no.png"}], "annotations": []}"#
                .utf8
        ).write(to: URL(fileURLWithPath: file))
        let task = try task(["--annotations", file, "--images", folder.path, "--threshold", "0.5"])
        do {
            _ = try AnnotatedSet(task, labels: ["a"])
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("no.png: cannot be read"))
        }
    }

    @Test("progress tells share, rate and time left")
    func progress() {
        var bar = ProgressBar("images", total: 48)
        for _ in 0..<12 { bar.advance() }
        #expect(bar.line(seconds: 4) == "[######..................] 12 of 48 images  3.0 a second  0:12 left")
        #expect(
            ProgressBar.clock(3909) == "1:05:09" && ProgressBar.clock(0) == "0:00" && ProgressBar.clock(59.2) == "1:00")
        #expect(ProgressBar.clock(.infinity) == "277777:46:40")
    }
}
