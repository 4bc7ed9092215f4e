import Foundation
import Graphs
import Imaging
import Tensors
import Testing
import Vision

@testable import AreteTool

@Suite struct ImageCommandTests {
    private func arguments(_ words: [String]) throws -> ParsedArguments {
        try ParsedArguments(words, form: DetectCommand.form)
    }

    private func preset(_ words: [String], task: Preset.Task = .detect, model: String = "/nonexistent/m.onnx") throws
        -> Preset
    {
        try VisionOptions.preset(try arguments([model, "a.png"] + words), task: task, model: model)
    }

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("numbers are rounded half away from zero and keep their digits")
    func figures() {
        #expect(Figures.text(1.005, digits: 1) == "1.0" && Figures.text(12.25, digits: 1) == "12.3")
        #expect(Figures.text(-0.04, digits: 1) == "0.0" && Figures.text(-1.26, digits: 1) == "-1.3")
        #expect(Figures.text(0.007, digits: 2) == "0.01" && Figures.text(7, digits: 0) == "7")
        #expect(Figures.text(1e300, digits: 2) == "1e+300" && Figures.text(.nan, digits: 2) == "nan")
        #expect(Figures.rounded(0.123456, digits: 3) == 0.123)
        #expect(Figures.column("a\u{1b}[2J", width: 7) == "a?[2J  ")
    }

    @Test("a detector without a preset needs a decoder, a classifier needs nothing")
    func absent() throws {
        #expect(throws: (any Error).self) { try preset([]) }
        #expect(try preset([], task: .classify).task == .classify)
        #expect(try preset(["--decoder", "yolov8"]).task == .detect)
        #expect(throws: (any Error).self) { try preset(["--decoder", "yolo9"]) }
        #expect(throws: UsageError.self) { try preset(["--decoder", "ssd", "--preset", "x.json"]) }
        #expect(throws: (any Error).self) { try preset(["--decoder", "ssd"], task: .classify) }
    }

    @Test("options change what the preset beside the model says")
    func options() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let text =
            #"{"task": "detect", "input": {"colour": "bgr", "pad": 3, "scale": 2}, "decoder": {"kind": "yolox"}}"#
        try Data(text.utf8).write(to: folder.appendingPathComponent("preset.json"))
        let changed = try preset(
            ["--colour", "rgb", "--mean", "1,2,3", "--resize=stretch"], model: folder.path + "/m.onnx")
        #expect(changed.input == InputOptions(colour: .rgb, resize: .stretch, pad: 3, mean: [1, 2, 3]))
        let same = try preset([], model: folder.path + "/m.onnx")
        #expect(same.input == InputOptions(colour: .bgr, pad: 3, scale: 2))
        for wrong in [
            ["--colour", "red"], ["--mean", "1,2"], ["--mean", "a"], ["--std", "0"], ["--pad", "300"],
            ["--scale", "nan"],
        ] {
            #expect(throws: UsageError.self, "\(wrong)") { try preset(wrong, model: folder.path + "/m.onnx") }
        }
    }

    @Test("images of one name are drawn into files of their own")
    func album() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let inner = folder.path + "/out/"
        var album = try Album(folder: inner)
        let image = try Image(width: 2, height: 2, format: .grey)
        for path in ["a/x.jpg", "b/x.png", "x", ".hidden"] { try album.add(path, image) }
        let names = try FileManager.default.contentsOfDirectory(atPath: inner).sorted()
        #expect(names == [".hidden.png", "x-2.png", "x-3.png", "x.png"])
        #expect(throws: (any Error).self) { try Album(folder: folder.path + "/none/out") }
    }

    @Test("one image that cannot be read does not keep the others back, and counts in the end")
    func unreadable() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let good = folder.path + "/good.pgm"
        try Image(width: 1, height: 1, format: .grey).write(path: good)
        var seen: [String] = []
        #expect(throws: AlreadyReported.self) {
            try ImageRun.forEach([folder.path + "/none.png", good]) { path, _ in seen.append(path) }
        }
        #expect(seen == [good])
        try ImageRun.forEach([good]) { _, _ in }
    }

    @Test("--size takes two whole numbers with an x between them")
    func sizes() throws {
        #expect(try preset(["--decoder", "ssd", "--size", "640x480"]).input.width == 640)
        for wrong in ["640", "640x", "x", "0x4", "4x5x6", "axb"] {
            #expect(throws: UsageError.self, "\(wrong)") { try preset(["--decoder", "ssd", "--size", wrong]) }
        }
    }
}
