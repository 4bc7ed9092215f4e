// One piece of news, as pages read it.

/// An event of `text/event-stream`, made once for all who are told.
public struct ServerEvent: Sendable {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - kind: `message` for a page where there is none. Line ends in it are left out.
    ///   - id: what a client says (`Last-Event-ID`) when it comes back. Line ends in it are left out.
    ///   - data: any text; its line ends become line feeds.
    public init(_ kind: String? = nil, id: String? = nil, data: String = "") {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.utf8.count + 64)
        for (field, value) in [("event: ", kind), ("id: ", id)] {
            guard let value else { continue }
            bytes += field.utf8
            // They would begin another field.
            bytes += value.utf8.filter { $0 >= 0x20 }
            bytes.append(Self.lineFeed)
        }
        bytes += Self.data
        var follows: UInt8 = 0
        for byte in data.utf8 {
            let isSecondHalf = byte == Self.lineFeed && follows == Self.carriageReturn
            follows = byte
            if isSecondHalf { continue }
            guard byte == Self.lineFeed || byte == Self.carriageReturn else {
                bytes.append(byte)
                continue
            }
            bytes.append(Self.lineFeed)
            bytes += Self.data
        }
        bytes += [Self.lineFeed, Self.lineFeed]
        self.bytes = bytes
    }

    private static let data = Array("data: ".utf8)
    private static let lineFeed: UInt8 = 0x0a
    private static let carriageReturn: UInt8 = 0x0d
}
