// A serial line with what waits to be written to it.
import Serial

/// Bytes over a line that may be unplugged and plugged in again: what was not written by then is lost.
struct SerialWire {
    private var line: SerialLine
    private var output: [UInt8] = []
    /// Bytes that the driver has not sent.
    private var unsent = 0
    private var openings = 0
    private var now = 0

    /// More is thrown away: it would be old before it is sent.
    private static let mostBytes = 4096
    /// Milliseconds between two looks at what is not sent, at most.
    private static let longestPause = 20
    /// With a start and a stop bit.
    private static let bitsPerByte = 10

    init(path: String, rate: Int) { line = SerialLine(path: path, rate: rate) }

    /// Tries to open it, once.
    ///
    /// - Throws: `TransportError`, one line that says what to do.
    mutating func open(at now: Int) throws(TransportError) {
        guard line.port(at: now) == nil, let fault = line.fault else { return }
        throw .serial("\(fault)")
    }

    var path: String { line.path }
    var pollDescriptor: Int32 { line.pollDescriptor }
    var trouble: String? { line.fault.map { "\($0)" } }
    private var isOpen: Bool { line.pollDescriptor >= 0 }
    /// It is there, and what was written is sent.
    var isIdle: Bool { isOpen && output.isEmpty && unsent == 0 }

    /// Opens it where it is away and its time has come, and writes what waits.
    ///
    /// - Returns: whether it was opened since the last call: what was said before is forgotten at both ends.
    mutating func turn(at now: Int) -> Bool {
        self.now = now
        _ = line.port(at: now)
        let isNew = line.openings != openings
        if isNew { (openings, output) = (line.openings, []) }
        flush()
        return isNew
    }

    /// Milliseconds after which `turn` has something to do.
    var pause: Int {
        if !isOpen { return max((line.nextTry ?? now) - now, 1) }
        if output.isEmpty, unsent == 0 { return .max }
        let left = (output.count + unsent) * Self.bitsPerByte * 1000 / line.rate
        return min(max(left, 1), Self.longestPause)
    }

    mutating func write(_ bytes: [UInt8]) {
        guard isOpen, output.count + bytes.count <= Self.mostBytes else { return }
        output += bytes
        flush()
    }

    /// Writes what is taken now.
    mutating func flush() {
        if !output.isEmpty { output.removeFirst(line.write(output, at: now)) }
        unsent = line.unsent(at: now)
        if !isOpen { (output, unsent) = ([], 0) }
    }

    mutating func read() -> [UInt8] { line.read(at: now) }
}
