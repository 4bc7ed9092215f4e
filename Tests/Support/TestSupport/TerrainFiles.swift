// Tiles of heights, written by tests.
import Foundation

/// A folder that goes when it is let go of.
public final class TerrainFiles {
    public let path: String

    public init() throws {
        path = NSTemporaryDirectory() + "terrain-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    /// A tile of 1201 posts a side.
    public func writeTile(_ name: String, _ height: (_ row: Int, _ column: Int) -> Int16) throws {
        try write(Self.tile(side: 1201, height), name)
    }

    public static func tile(side: Int, _ height: (_ row: Int, _ column: Int) -> Int16) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: side * side * 2)
        for row in 0..<side {
            for column in 0..<side {
                let value = UInt16(bitPattern: height(row, column))
                bytes[(row * side + column) * 2] = UInt8(value >> 8)
                bytes[(row * side + column) * 2 + 1] = UInt8(value & 255)
            }
        }
        return bytes
    }
}
