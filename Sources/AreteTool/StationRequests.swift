// What people ask a running station for, on its standard input.
import Glibc
import JSON
import Link
import Station

/// Reads lines such as `{"ask": "picture", "sender": "drone-1", "track": 4711, "level": 2}` and
/// `{"ask": "scene", "sender": "drone-1", "camera": 0}`, and never waits for one.
struct StationRequests {
    private var pending: [UInt8] = []
    private var hasEnded = false
    /// Within a line that was told to be too long.
    private var isSkipping = false

    private static let longestLine = 1000

    /// Becomes readable when somebody asks; -1 when nobody will any more.
    var descriptor: Int32 { hasEnded ? -1 : STDIN_FILENO }

    /// Gives `receiver` what came. Returns a line for each request that is none.
    mutating func take(_ receiver: StationReceiver, at now: Int) -> [String] {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard !hasEnded, poll(&event, 1, 0) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count > 0 {
            pending += bytes[..<count]
        } else {
            hasEnded = count == 0 || errno != EINTR && errno != EAGAIN
            // The last line may lack its end.
            if hasEnded, !pending.isEmpty { pending.append(UInt8(ascii: "\n")) }
        }
        var faults: [String] = []
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(pending[..<end])
            pending.removeFirst(end + 1)
            guard !isSkipping else {
                isSkipping = false
                continue
            }
            if let fault = ask(line, receiver, at: now) { faults.append("standard input: \(fault)") }
        }
        if pending.count > Self.longestLine {
            pending = []
            if !isSkipping { faults.append("standard input: a line is longer than \(Self.longestLine) bytes") }
            isSkipping = true
        }
        return faults
    }

    /// Returns what is wrong.
    private func ask(_ line: [UInt8], _ receiver: StationReceiver, at now: Int) -> String? {
        do throws(JSONError) {
            let limits = JSONLimits.configuration
            let fields = try JSONFields(
                try JSONReader.read(bytes: line, source: "request", limits: limits), source: "request")
            guard let sender = try fields.string("sender") else { throw fields.missing("sender") }
            let request: RequestRecord
            switch try fields.string("ask") {
            case "picture":
                guard let track = try fields.integer("track", in: 0...0xffff_ffff) else {
                    throw fields.missing("track")
                }
                request = .chip(number: track, level: try fields.integer("level", in: 0...3) ?? 1)
            case "scene": request = .scene(camera: try fields.integer("camera", in: 0...63) ?? 0)
            default: throw fields.failure("ask", "must be \"picture\" or \"scene\"")
            }
            try fields.finish()
            return receiver.ask(request, of: sender, at: now)
        } catch {
            return "\(error)"
        }
    }
}
