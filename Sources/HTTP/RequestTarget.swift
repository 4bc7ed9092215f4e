// What a request's first line asks for.

/// A path and its query, decoded: `/a%20b/c?d=1` has the segments `a b` and `c`, and the parameter `d`.
///
/// Nothing is taken out of what clients send: `..`, empty and doubled parts stay or are refused, so that no two texts that
/// differ lead to one place by accident.
public struct RequestTarget: Hashable, Sendable {
    /// Between the slashes, without the first; the last one is empty where the path ends with a slash.
    public let segments: [String]
    /// In the order of the query; a name may come more than once.
    public let query: [QueryItem]

    public struct QueryItem: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    static let mostSegments = 32
    static let mostItems = 64

    /// - Parameter text: as the request has it: `/path?query` in ASCII.
    /// - Returns: `nil` for what is no such text, has `.` or `..` for a segment, control characters, or is no UTF-8.
    ///   Complexity: O(bytes).
    public init?(_ text: some Collection<UInt8>) {
        guard text.first == UInt8(ascii: "/"), text.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") })
        else { return nil }
        let halves = text.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = halves.first else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = Self.decoded(part, hasPlus: false), segment != ".", segment != "..",
                segments.count < Self.mostSegments
            else { return nil }
            segments.append(segment)
        }
        self.segments = segments
        guard let query = halves.count > 1 ? Self.items(halves[1]) : [] else { return nil }
        self.query = query
    }

    public init?(_ text: String) { self.init(Array(text.utf8)) }

    /// Decoded, with slashes between the segments.
    public var path: String { "/" + segments.joined(separator: "/") }

    /// The first value of `name` in the query. Complexity: O(items).
    public subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    private static func items(_ text: some Collection<UInt8>) -> [QueryItem]? {
        var items: [QueryItem] = []
        for part in text.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = halves.first, let name = decoded(first, hasPlus: true), items.count < mostItems,
                let value = halves.count > 1 ? decoded(halves[1], hasPlus: true) : ""
            else { return nil }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    /// `%41` is A. With `hasPlus`, `+` is a space, as forms write it.
    private static func decoded(_ text: some Collection<UInt8>, hasPlus: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where hasPlus: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
