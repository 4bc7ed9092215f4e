// What a client asks for.
import JSON

public struct HTTPRequest: Sendable {
    public let method: String
    public let target: RequestTarget
    public let headers: HTTPHeaders
    public let body: [UInt8]
    /// Of the client, as numbers: `192.0.2.7` or `2001:db8::7`.
    public let address: String
    /// What counts as one client: the address, or of IPv6 its first 64 bits.
    public let network: String
    /// Whether it came over TLS.
    public let isEncrypted: Bool
    /// What a `Router` found for the names in its pattern.
    public internal(set) var parameters: [String: String] = [:]

    public init(
        method: String, target: RequestTarget, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
        address: String = "127.0.0.1", network: String? = nil, isEncrypted: Bool = false
    ) {
        (self.method, self.target, self.headers, self.body) = (method, target, headers, body)
        (self.address, self.network, self.isEncrypted) = (address, network ?? address, isEncrypted)
    }

    /// Decoded.
    public var path: String { target.path }

    /// Complexity: O(bytes of the cookies).
    public var cookies: [String: String] { Cookies.read(headers.all("cookie")) }

    /// Whether the body says that it is JSON.
    public var isJSON: Bool {
        let type = headers["content-type"]?.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
        return type.flatMap { String($0) }?.lowercased() == "application/json"
    }

    /// The body as JSON.
    ///
    /// - Throws: `JSONError`.
    public func json(_ limits: JSONLimits = .request) throws(JSONError) -> JSONValue {
        try JSONReader.read(bytes: body, source: "request", limits: limits)
    }
}

extension JSONLimits {
    /// What a page asks.
    public static let request = JSONLimits(bytes: 64 << 10, depth: 8, values: 1000)
}

/// Names and values of a request's head.
public struct HTTPHeaders: Sendable {
    private let fields: [(name: String, value: String)]

    public init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields.map { ($0.name.lowercased(), $0.value) }
    }

    public var count: Int { fields.count }

    /// The first value. Complexity: O(headers).
    ///
    /// - Parameter name: in any case.
    public subscript(name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name == name }?.value
    }

    /// All values, in order.
    public func all(_ name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name == name }.map(\.value)
    }
}
