// Feeds what people write for where things are: any text ends in an error, or in a place that can be said again.

import FuzzDriver
import HTTP

@testable import Database
@testable import Link

@main enum PlacesFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            PlacesFuzz.feed(String(decoding: UnsafeRawBufferPointer(start: data, count: size), as: UTF8.self))
            return 0
        }
    }

    private static func feed(_ text: String) {
        if let place = try? PortPlace(text) {
            precondition((try? PortPlace("\(place)")) == place, "\(place)")
            var moved = place
            moved.resolve { "/nonexistent/" + $0 }
            _ = try? moved.check()
            precondition(place.shares(place) && place.headerBytes(of: 100) >= 0 && !place.line.isEmpty)
        }
        if let place = try? TransportPlace(text, ports: ["tcp": 1, "udp": nil]) {
            precondition((try? TransportPlace("\(place)", ports: ["tcp": 1, "udp": nil])) == place, "\(place)")
        }
        let whole = "postgres://" + text
        for text in [text, whole] {
            guard let place = try? PostgresPlace(text) else { continue }
            precondition(!place.name.utf8.contains(UInt8(ascii: "?")) && place.text == text)
        }
        _ = HostRule.loopback([text]).allows(text)
    }
}
