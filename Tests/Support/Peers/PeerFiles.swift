// Where the parts of other people's programs lie that Debian has no packages of.
import Foundation

public enum PeerFiles {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A script of `Tests/Peers`.
    public static func script(_ name: String) -> String { root.appendingPathComponent("Tests/Peers/\(name)").path }

    /// Where `make peers` installs.
    static let environment = root.appendingPathComponent(".build-peers")

    /// The Python whose packages are those of `Tests/Peers/requirements.txt`; `nil` where `make test` has not made it.
    public static var python: String? { python(environment) }

    /// The Python that holds FreeTAKServer; `nil` where `make test-tak` has not made it.
    public static var serverPython: String? { python(root.appendingPathComponent(".build-peers-tak")) }

    private static func python(_ folder: URL) -> String? {
        // What was not installed to its end lacks packages.
        let isInstalled = FileManager.default.fileExists(atPath: folder.appendingPathComponent("installed").path)
        return isInstalled ? folder.appendingPathComponent("bin/python").path : nil
    }
}
