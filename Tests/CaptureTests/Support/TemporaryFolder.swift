// A folder for a test's files.
import Foundation

/// Gone, with all that is in it, when the test lets go of it.
final class TemporaryFolder {
    private let place = FileManager.default.temporaryDirectory.appendingPathComponent("capture-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: place) }

    var path: String { place.path }

    /// The path of a file, with what it is to hold.
    func file(_ name: String, _ content: [UInt8]? = nil) throws -> String {
        let file = place.appendingPathComponent(name)
        if let content { try Data(content).write(to: file) }
        return file.path
    }
}
