// A page's files, which never change while a server runs.

/// Files by their names, each with its media type and a tag by which browsers know that they have it.
public struct StaticFiles: Sendable {
    public struct File: Sendable {
        public let name: String
        public let bytes: [UInt8]
        /// Other where the bytes are other; letters and digits.
        public let tag: String

        public init(name: String, bytes: [UInt8], tag: String) {
            (self.name, self.bytes, self.tag) = (name, bytes, tag)
        }
    }

    private let files: [String: File]

    public init(_ files: [File]) { self.files = Dictionary(files.map { ($0.name, $0) }) { first, _ in first } }

    public var names: [String] { files.keys.sorted() }

    /// The file, 304 for who has it, or 404. Browsers ask each time: another version of the program has other files.
    public func answer(_ name: String, _ request: HTTPRequest) -> HTTPResponse {
        guard let file = files[name] else { return .error(404, "there is nothing here") }
        return HTTPResponse(type: Self.type(of: name), bytes: file.bytes).with("Cache-Control", "no-cache")
            .tagged(file.tag, for: request)
    }

    /// By the name's end.
    static func type(of name: String) -> String {
        switch name.split(separator: ".").last?.lowercased() {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "json": "application/json"
        case "webmanifest": "application/manifest+json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "webp": "image/webp"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
