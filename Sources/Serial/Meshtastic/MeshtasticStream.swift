// Protocol buffers on a serial line, as Meshtastic's radios frame them.

/// Frames of the stream protocol (meshtastic.org, "Client API (Serial/TCP/BLE)"): 0x94 0xC3, a length of two bytes, the
/// higher one first, and so many bytes. Between them radios write what people may read.
public enum MeshtasticStream {
    static let first: UInt8 = 0x94
    static let second: UInt8 = 0xc3
    /// A longer frame is none.
    public static let mostBytes = 512

    /// What wakes a radio that sleeps, and ends a frame that was begun.
    static let wake = [UInt8](repeating: second, count: 32)

    /// - Returns: `nil` for more than 512 bytes.
    public static func framed(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count <= mostBytes else { return nil }
        let length = [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)]
        return [first, second] + length + bytes
    }
}

/// Takes any pieces of a stream and gives what its frames hold. Keeps at most 516 bytes.
public struct MeshtasticStreamReader: Sendable {
    private var rest: [UInt8] = []
    /// Bytes that belong to no frame: what radios write for people, and noise.
    public private(set) var noise = 0

    public init() {}

    /// The frames that end in these bytes. Complexity: O(bytes).
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        rest += bytes
        var frames: [[UInt8]] = []
        var place = 0
        while place < rest.count {
            let left = rest.count - place
            let isHead =
                rest[place] == MeshtasticStream.first
                && (left < 2 || rest[place + 1] == MeshtasticStream.second)
            guard isHead else {
                noise += 1
                place += 1
                continue
            }
            guard left >= 4 else { break }
            let length = Int(rest[place + 2]) << 8 | Int(rest[place + 3])
            guard length <= MeshtasticStream.mostBytes else {
                noise += 1
                place += 1
                continue
            }
            guard left >= 4 + length else { break }
            frames.append(Array(rest[place + 4..<place + 4 + length]))
            place += 4 + length
        }
        rest.removeFirst(place)
        return frames
    }
}
