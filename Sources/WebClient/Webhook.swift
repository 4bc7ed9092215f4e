// Messages to somebody's server, one request each.
import CCurl
import Credentials

/// Posts to one URL. Any thread may use it, each call waits for its own answer.
///
/// The server's certificate and name are verified, redirects are not followed (a 3xx is a status as others), and what
/// the answer holds is dropped after 64 KiB. No error holds the URL's path or the token.
public struct Webhook: Sendable {
    private let url: String
    private let host: String
    private let isPlain: Bool
    private let credentials: TLSCredentials
    private let tokenFile: String?

    /// - Parameters:
    ///   - url: `https://...`; `http://` to this machine, or with `allowsPlain` to any, where everybody on the way can
    ///     read and change everything.
    ///   - tokenFile: a bearer token (RFC 6750) in a file that only its owner reads; it is read anew for each request.
    /// - Throws: `WebError` for what cannot work.
    public init(
        url: String, credentials: TLSCredentials = .system, tokenFile: String? = nil, allowsPlain: Bool = false
    ) throws(WebError) {
        if let absence = arete_curl_absence() { throw .absent(String(cString: absence)) }
        let (scheme, host) = try Self.parts(url)
        guard scheme == "https" || scheme == "http" else { throw .request("\(host): a webhook begins with https://") }
        isPlain = scheme == "http"
        guard !isPlain || allowsPlain || Loopback.contains(host) else {
            throw .request(
                "\(host) is another machine: it needs https, or the explicit word that everybody may read and write")
        }
        (self.url, self.host, self.credentials, self.tokenFile) = (url, host, credentials, tokenFile)
        _ = try token()
    }

    /// As the library itself reads a URL, so that nobody can mean one host and say another.
    private static func parts(_ url: String) throws(WebError) -> (scheme: String, host: String) {
        var scheme: UnsafeMutablePointer<CChar>?
        var host: UnsafeMutablePointer<CChar>?
        defer {
            arete_curl_free_text(scheme)
            arete_curl_free_text(host)
        }
        guard !url.contains("\0"), arete_curl_parse(url, &scheme, &host), let scheme, let host else {
            throw .request("a webhook's URL is none, or holds a user or password: https://HOST/PATH")
        }
        var name = String(cString: host)
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        return (String(cString: scheme), name)
    }

    private func token() throws(WebError) -> Secret? {
        guard let tokenFile else { return nil }
        do throws(CredentialError) { return try Secret(path: tokenFile) } catch { throw .request(error.description) }
    }

    /// Sends a body and waits for the answer, but no longer than `seconds`.
    ///
    /// - Parameter headers: names and values, as `("Content-Type", "application/json")`.
    /// - Returns: the status: 200 to 299 where the server has taken it.
    /// - Throws: `WebError` where no answer came.
    public func post(
        _ body: [UInt8], headers: [(name: String, value: String)] = [], within seconds: Double
    ) throws(WebError) -> Int {
        let text = CText()
        var lines: [UnsafePointer<CChar>?] = []
        for (name, value) in headers {
            guard Self.isHeader(name, value) else {
                throw .request("'\(name.prefix(40))' is no header with a value on one line")
            }
            lines.append(text.copy(value.isEmpty ? "\(name);" : "\(name): \(value)"))
        }
        if let token = try token() { lines.append(text.copy("Authorization: Bearer \(token.text)")) }
        // A body of a megabyte would wait for a word of the server first.
        lines.append(text.copy("Expect:"))
        var error = arete_curl_error()
        let status = lines.withUnsafeBufferPointer { lines in
            body.withUnsafeBytes { body in
                var request = arete_curl_request()
                request.url = text.copy(url)
                (request.headers, request.header_count) = (lines.baseAddress, lines.count)
                (request.body, request.count) = (body.baseAddress, body.count)
                request.milliseconds = milliseconds(seconds)
                request.may_be_plain = isPlain
                request.credentials = text.copy(credentials)
                return arete_curl_post(&request, &error)
            }
        }
        guard status > 0 else { throw .failed(host, error.text) }
        return status
    }

    /// RFC 9110, section 5: a token, and visible characters, spaces or tabs.
    private static func isHeader(_ name: String, _ value: String) -> Bool {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                    || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
        return isName && value.utf8.allSatisfy { ($0 >= 0x20 || $0 == 9) && $0 != 0x7f }
    }
}
