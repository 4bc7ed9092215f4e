// From the bytes of a connection to its events.

/// Splits what comes over a stream into events, in XML or in version 1 of the TAK protocol, and holds no more of it
/// than one event.
public struct TAKStream: Sendable {
    private var bytes: [UInt8] = []
    private var begin = 0
    /// Where the search for the end of the event goes on.
    private var searched = 0
    private let mostBytes: Int

    /// - Parameter mostBytes: of an event.
    public init(mostBytes: Int = 1 << 20) { self.mostBytes = max(mostBytes, 1024) }

    /// What came. To be followed by `next` until it gives nothing.
    public mutating func add(_ news: some Collection<UInt8>) {
        if begin > 0 {
            bytes.removeFirst(begin)
            searched -= begin
            begin = 0
        }
        bytes += news
    }

    /// The next event; `nil` where more must come first. Complexity: O(bytes) for all calls together.
    ///
    /// - Throws: `TAKError.event` for one event that cannot be read, which is passed over, and `.stream` where nothing
    ///   can be read any more.
    public mutating func next() throws(TAKError) -> CoTEvent? {
        while begin < bytes.count, bytes[begin] <= 0x20 { begin += 1 }
        searched = max(searched, begin)
        guard begin < bytes.count else { return nil }
        switch bytes[begin] {
        case 0xbf: return try nextMessage()
        case UInt8(ascii: "<"): return try nextDocument()
        default: throw .stream("what comes is neither XML nor the TAK protocol")
        }
    }

    private mutating func nextMessage() throws(TAKError) -> CoTEvent? {
        var (place, size, shift) = (begin + 1, 0, 0)
        while true {
            guard place < bytes.count else { return nil }
            let byte = bytes[place]
            place += 1
            size |= Int(byte & 0x7f) << shift
            shift += 7
            guard size <= mostBytes, shift <= 35 else { throw .stream("an event is longer than \(mostBytes) bytes") }
            if byte < 0x80 { break }
        }
        guard bytes.count - place >= size else { return nil }
        begin = place + size
        return try CoTEvent(takMessage: bytes[place..<begin])
    }

    private static let end = Array("</event>".utf8)

    private mutating func nextDocument() throws(TAKError) -> CoTEvent? {
        let end = Self.end
        while bytes.count - searched >= end.count {
            if bytes[searched] == end[0], bytes[searched + 1] == end[1],
                bytes[searched..<searched + end.count] == end[...]
            {
                let document = begin..<searched + end.count
                begin = document.upperBound
                searched = begin
                return try CoTEvent(xml: bytes[document])
            }
            searched += 1
        }
        guard bytes.count - begin <= mostBytes else { throw .stream("an event is longer than \(mostBytes) bytes") }
        return nil
    }
}
