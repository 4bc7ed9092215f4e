// Feeds what is read of requests beyond libmicrohttpd: any bytes end in a refusal, or in clean texts.

import FuzzDriver
import HTTP

@main enum RequestsFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
            let text = String(decoding: bytes, as: UTF8.self)
            let cookies = Cookies.read([text])
            precondition(cookies.count <= 64 && !cookies.keys.contains(""))
            _ = HostRule.loopback().allows(text)
            let lines = bytes.split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
            guard let target = RequestTarget(lines[0]) else { return 0 }
            let texts = target.segments + target.query.flatMap { [$0.name, $0.value] }
            for scalar in texts.joined().unicodeScalars { precondition(scalar.value >= 0x20 && scalar.value != 0x7f) }
            var headers: [(name: String, value: String)] = []
            for (name, line) in zip(["If-None-Match", "Content-Type"], lines.dropFirst()) {
                headers.append((name, String(decoding: line, as: UTF8.self)))
            }
            let request = HTTPRequest(
                method: "GET", target: target, headers: HTTPHeaders(headers), body: lines.last.map(Array.init) ?? [])
            _ = (request.isJSON, try? request.json(), HTTPResponse.done.tagged("a1", for: request))
            var router = Router()
            router.get("/api/:a/:b.png") { .init(text: "\($0.parameters)") }
            router.get("/*") { .init(text: $0.path) }
            precondition(router.answer(request).status == 200)
            return 0
        }
    }
}
