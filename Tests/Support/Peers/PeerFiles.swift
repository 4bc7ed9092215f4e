// Where the parts of other people's programs lie that Debian has no packages of.
import Foundation

public enum PeerFiles {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A script of `Tests/Peers`.
    public static func script(_ name: String) -> String { root.appendingPathComponent("Tests/Peers/\(name)").path }

    /// The Python whose packages are those of `Tests/Peers/requirements.txt`; `nil` where `make test` has not made it.
    public static var python: String? { python(".build-peers") }

    /// The Python that holds FreeTAKServer; `nil` where `make test-tak` has not made it.
    public static var serverPython: String? { python(".build-peers-tak") }

    private static func python(_ folder: String) -> String? {
        let path = root.appendingPathComponent("\(folder)/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }
}
