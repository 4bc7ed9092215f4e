// What several tests need: a folder, recordings of drawn pictures, pipelines from text.
import Foundation
import Imaging
import Testing

@testable import Capture
@testable import Pipeline

/// A folder of its own for each test, removed at its end.
final class TestFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("pipeline-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    func lines(_ name: String) throws -> [String] { try text(name).split(separator: "\n").map(String.init) }

    /// The pipeline that `json` describes, from a file of this folder.
    func pipeline(_ json: String) throws -> Pipeline {
        try json.write(toFile: file("pipeline.json"), atomically: true, encoding: .utf8)
        return try Pipeline(try PipelineConfiguration.read(path: file("pipeline.json")))
    }

    /// A recording of pictures, so many microseconds apart.
    func record(_ name: String, _ pictures: [Image], interval: UInt64 = 33_333) throws -> String {
        let writer = try RecordingWriter(path: file(name), source: "Test camera")
        for (index, picture) in pictures.enumerated() {
            try writer.write(.of(picture, sequence: UInt32(index), time: UInt64(index) * interval * 1000))
        }
        return file(name)
    }
}

extension Frame {
    /// A picture in RGB as a frame.
    static func of(_ picture: Image, sequence: UInt32, time: UInt64) -> Frame {
        let rgb = picture.converted(to: .rgb)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: rgb.bytes.count, alignment: 8)
        memory.copyBytes(from: rgb.bytes)
        let address = UInt(bitPattern: memory.baseAddress)
        return Frame(
            format: FrameFormat(format: "RGB3", width: rgb.width, height: rgb.height, strides: [rgb.width * 3]),
            planes: [UnsafeRawBufferPointer(memory)], sequence: sequence, time: time, isDamaged: false
        ) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
    }
}

/// The repository's own files.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let model = "\(root)/Models/pcb-defect/model.onnx"
    static let board = "\(root)/Models/samples/board-1.png"

    /// A camera that moves over the sample board: so many pictures, each a few pixels further on.
    static func pictures(_ count: Int, step: Int = 3) throws -> [Image] {
        let board = try Image.read(path: board)
        let (width, height) = (board.width - count * step, board.height)
        return try (0..<count).map { index in
            let part = Box(x: Float(index * step), y: 0, width: Float(width), height: Float(height))
            return try #require(board.cropped(to: part))
        }
    }
}
