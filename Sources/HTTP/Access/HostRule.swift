// Under which names a server may be asked.
import Credentials

/// Against pages of others whose name is made to lead to this machine (DNS rebinding): their requests bear that name.
public struct HostRule: Sendable {
    /// `nil` for any.
    private let names: Set<String>?

    public static let any = HostRule(names: nil)

    /// For a server that this machine alone can reach: `localhost` and all numeric addresses of loopback, 127.0.0.2 too,
    /// which no name of others can be.
    ///
    /// - Parameter names: others that lead to it, of a tunnel for instance.
    public static func loopback(_ names: [String] = []) -> HostRule {
        HostRule(names: Set(names.map { $0.lowercased() }))
    }

    private init(names: Set<String>?) { self.names = names }

    /// - Parameter header: `Host`, with or without a port.
    public func allows(_ header: String?) -> Bool {
        guard let names else { return true }
        guard let host = header.flatMap(Self.host) else { return false }
        return names.contains(host) || Loopback.contains(host)
    }

    /// Without the port, brackets and the root's dot, in small letters; `nil` for what is no host.
    static func host(_ header: String) -> String? {
        let text = header.lowercased()
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
            return String(text[text.index(after: text.startIndex)..<end])
        }
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        guard isPort(text[colon...]) else { return nil }
        let host = text[..<colon]
        return String(host.hasSuffix(".") ? host.dropLast() : host)
    }

    /// Nothing, or a colon and a port.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.hasPrefix(":") && UInt16(text.dropFirst()) != nil
    }
}
