// Reading and writing files by name.

import Foundation
import Testing

@testable import Imaging

@Suite struct FileTests {
    private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("the ending chooses the format, the content decides what is read, nothing else is left behind")
    func formats() throws {
        try inTemporaryFolder { folder in
            let image = try Samples.gradient(width: 20, height: 10, format: .rgb)
            for name in ["a.png", "a.JPG", "a.jpeg", "a.ppm", "a.pgm"] { try image.write(path: "\(folder)/\(name)") }
            #expect(try Image.read(path: "\(folder)/a.png") == image)
            #expect(try Image.read(path: "\(folder)/a.ppm") == image)
            #expect(try Image.read(path: "\(folder)/a.pgm") == image.converted(to: .grey))
            #expect(try Image.read(path: "\(folder)/a.JPG") == Image.read(path: "\(folder)/a.jpeg"))
            try FileManager.default.moveItem(atPath: "\(folder)/a.png", toPath: "\(folder)/b.jpg")
            #expect(try Image.read(path: "\(folder)/b.jpg") == image)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 5)
        }
    }

    @Test("a name without a known ending, or in no folder, is an error")
    func names() throws {
        try inTemporaryFolder { folder in
            let image = try Samples.gradient(width: 2, height: 2, format: .grey)
            for name in ["a.bmp", "png", ".png/x", "nowhere/a.png", "a."] {
                #expect(throws: ImageError.self) { try image.write(path: "\(folder)/\(name)") }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test("a missing file, a folder, a pipe and a file too long are errors that say so")
    func unreadable() throws {
        try inTemporaryFolder { folder in
            #expect(throws: ImageError.cannotRead(reason: "No such file or directory")) {
                try Image.read(path: "\(folder)/none.png")
            }
            #expect(throws: ImageError.cannotRead(reason: "not a regular file")) { try Image.read(path: folder) }
            mkfifo("\(folder)/pipe", 0o600)
            #expect(throws: ImageError.cannotRead(reason: "not a regular file")) {
                try Image.read(path: "\(folder)/pipe")
            }
            try Samples.gradient(width: 9, height: 9, format: .grey).write(path: "\(folder)/a.pgm")
            #expect(throws: ImageError.self) {
                try Image.read(path: "\(folder)/a.pgm", limits: ImageLimits(fileBytes: 90))
            }
        }
    }

    @Test(
        "bytes of no known format are an error", arguments: [[], [0], Array("GIF89a".utf8), Array("RIFF1234WAVE".utf8)])
    func unknown(bytes: [UInt8]) {
        #expect(throws: ImageError.unknownFormat) { try Image.decode(bytes) }
    }
}
