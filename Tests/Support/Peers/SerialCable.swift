// A cable between two serial ports that a test can pull out.
import Foundation

/// Two ports that give each other what is written to them, under names that stay while the cable is pulled out and
/// plugged in again.
public final class SerialCable: @unchecked Sendable {
    /// The names to open.
    public let left, right: String
    private let lock = NSLock()
    private var ends: (PseudoTerminal, PseudoTerminal)?

    /// - Parameter folder: where the names are.
    public init(in folder: URL) throws {
        left = folder.appendingPathComponent("left").path
        right = folder.appendingPathComponent("right").path
        try plug()
        Thread.detachNewThread { [weak self] in
            while self?.carry() == true { usleep(1000) }
        }
    }

    deinit { unplug() }

    public func plug() throws {
        let made = (try PseudoTerminal(), try PseudoTerminal())
        for (name, end) in [(left, made.0), (right, made.1)] {
            try? FileManager.default.removeItem(atPath: name)
            try FileManager.default.createSymbolicLink(atPath: name, withDestinationPath: end.path)
        }
        lock.withLock { ends = made }
    }

    /// What was on its way is lost.
    public func unplug() {
        for name in [left, right] { try? FileManager.default.removeItem(atPath: name) }
        lock.withLock { ends = nil }
    }

    private func carry() -> Bool {
        lock.withLock {
            guard let (left, right) = ends else { return true }
            for (from, to) in [(left, right), (right, left)] {
                let bytes = from.read(within: 0)
                if !bytes.isEmpty { to.write(bytes) }
            }
            return true
        }
    }
}
