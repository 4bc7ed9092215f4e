// The example of README.md, on the bundled model.
import Arete
import Foundation
import Testing

@Suite struct ReadmeExampleTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("the README's example loads a model, runs it and reads its scores")
    func example() throws {
        let model = try Model(path: root.appendingPathComponent("Models/pcb-defect/model.onnx").path)
        let session = try model.session(options: Options(threads: 2))
        session.withInput(0) { bytes in
            for index in bytes.indices { bytes[index] = 0 }
        }
        try session.run()
        let scores = try session.output(0).floats
        #expect(session.inputType(0).shape == [1, 1, 640, 640])
        #expect(scores.count == 6 * 80 * 80)
        #expect(scores.allSatisfy { (0...1).contains($0) })
    }

    @Test("the same picture gives the same bits with one thread and with three")
    func threads() throws {
        let model = try Model(path: root.appendingPathComponent("Models/pcb-defect/model.onnx").path)
        var results: [[Float]] = []
        for threads in [1, 3] {
            let session = try model.session(options: Options(threads: threads))
            session.withInput(0) { bytes in
                let pixels = bytes.bindMemory(to: Float.self)
                for index in pixels.indices { pixels[index] = index / 37 % 5 == 0 ? 0 : 1 }
            }
            try session.run()
            results.append(try session.output(0).floats)
        }
        #expect(results[0] == results[1])
        #expect(Set(results[0]).count > 10)
    }

    @Test(
        "a file that is no model is an error that names it once",
        arguments: ["/nonexistent/model.tflite", "/dev/null", #filePath])
    func errors(path: String) {
        do {
            _ = try Model(path: path)
            Issue.record("\(path) was read")
        } catch {
            #expect(error.description.hasPrefix(path + ": "))
            #expect(error.description.components(separatedBy: path).count == 2)
        }
    }
}
