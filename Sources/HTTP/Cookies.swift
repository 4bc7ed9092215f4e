// Cookies, as requests bring and answers set them (RFC 6265).

public enum Cookies {
    static let most = 64

    /// The pairs of `Cookie` headers; parts that are none are passed over. Complexity: O(bytes).
    ///
    /// - Returns: of a name that comes more than once, the first.
    public static func read(_ headers: some Sequence<String>) -> [String: String] {
        var cookies: [String: String] = [:]
        for header in headers {
            for part in header.utf8.split(separator: UInt8(ascii: ";")) {
                let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                guard halves.count == 2, cookies.count < most else { continue }
                let (name, value) = (trimmed(halves[0]), trimmed(halves[1]))
                guard !name.isEmpty, cookies[name] == nil else { continue }
                cookies[name] = value
            }
        }
        return cookies
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let start = text.firstIndex(where: { !isSpace($0) }), let end = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(text[start...end]) ?? ""
    }
}

/// A cookie that scripts cannot read and other sites' requests do not bring.
public struct HTTPCookie: Sendable {
    public let name: String
    public let value: String
    /// Seconds; 0 takes it away.
    public let seconds: Int
    /// Whether it goes over TLS alone.
    public let isSecure: Bool

    /// - Parameters:
    ///   - name: letters, digits, `-` and `_`.
    ///   - value: letters, digits, `-` and `_`.
    public init(_ name: String, _ value: String, seconds: Int, isSecure: Bool) {
        (self.name, self.value, self.seconds, self.isSecure) = (name, value, seconds, isSecure)
    }

    /// As `Set-Cookie` has it.
    var header: String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }
}
