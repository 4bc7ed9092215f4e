// Short messages through Iridium satellites.

/// Drives a 9602 or 9603 modem by its AT commands (Iridium ISU AT Command Reference): one message at a time goes out,
/// with as many tries as it takes, and what waits for the modem comes in. It has no thread and no port: the caller
/// carries the bytes.
///
/// A session that ends without an answer may have sent its message: it is sent again, and the receiver must bear that.
///
/// All times are milliseconds of one clock that is never set.
public struct SBDModem: Sendable {
    public static let mostSentBytes = 340
    public static let mostReceivedBytes = 270

    public enum Event: Hashable, Sendable {
        /// The message is on its way to its receiver.
        case sent
        case received([UInt8])
        /// A try was in vain; the next one is at this time.
        case postponed(SBDFault, until: Int)
    }

    private enum Step: Hashable {
        /// Nothing is to do, or its time has not come.
        case resting
        case echoOff
        case flowOff
        /// Waits until it may write a message's bytes.
        case announce
        case write
        /// Empties the outgoing buffer: else a look for messages would send the last one again.
        case clear
        case session
        /// Reads the incoming buffer.
        case read

        /// Milliseconds until an answer must be there.
        var patience: Int {
            switch self {
            case .write: 70_000
            case .session: 120_000
            default: 10_000
            }
        }
    }

    private var step = Step.resting
    private var began = 0
    private var isSetUp = false
    private var message: [UInt8]?
    private var isCheckWanted = false
    /// The session under way has the message in the modem's buffer.
    private var carriesMessage = false
    private var failures = 0
    private var earliest: Int?
    /// What the modem said of the last session; `nil` before it, and while another one is prepared.
    public private(set) var session: SBDSession?
    /// The digit that some commands answer before their OK.
    private var digit: Int?
    private var line: [UInt8] = []
    private var incoming: [UInt8] = []
    private var output: [UInt8] = []
    private var events: [Event] = []
    /// What was read is not what was sent.
    private var isSpoiled = false
    private var readings = 0
    private var lastFault: SBDFault?
    private var now = 0

    private static let mostReadings = 3
    private static let longestLine = 128

    public init() {}

    /// Takes a message.
    public var isFree: Bool { message == nil }

    /// Where a message or a look for messages waits, when it is tried next.
    public var nextTry: Int? { step == .resting && hasWork ? earliest ?? now : nil }

    private var hasWork: Bool { message != nil || isCheckWanted }

    /// - Parameter message: of 1 to 340 bytes.
    public mutating func send(_ message: [UInt8]) throws(SBDError) {
        guard (1...Self.mostSentBytes).contains(message.count) else { throw .size(message.count) }
        guard isFree else { throw .busy }
        self.message = message
    }

    /// Takes the message back, for a newer one in its place.
    ///
    /// - Returns: `nil` where there is none, and while it is being sent.
    public mutating func withdraw() -> [UInt8]? {
        guard step == .resting else { return nil }
        defer { message = nil }
        return message
    }

    /// Looks for messages that wait. Each look costs as much as a message.
    public mutating func check() { isCheckWanted = true }

    /// The port was opened anew.
    public mutating func restart() {
        (step, isSetUp, line, incoming, output) = (.resting, false, [], [], [])
        carriesMessage = false
        // The network's pauses hold for a modem that comes back too.
        if lastFault == .silent { (failures, earliest) = (0, nil) }
    }

    /// What happened since the last call.
    public mutating func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    /// Time goes on.
    ///
    /// - Returns: what to write.
    public mutating func advance(to now: Int) -> [UInt8] {
        self.now = now
        if step == .resting {
            if hasWork, earliest.map({ now >= $0 }) ?? true { begin() }
        } else if now - began >= step.patience {
            isSetUp = false
            fail(.silent)
        }
        defer { output = [] }
        return output
    }

    /// What the modem wrote.
    public mutating func take(_ bytes: some Sequence<UInt8>, at now: Int) {
        self.now = now
        for byte in bytes {
            if step == .read, !isWhole {
                // No length begins with more than 1: that is the end of the line before, or an echo.
                if incoming.isEmpty, Int(byte) > Self.mostReceivedBytes >> 8 { continue }
                incoming.append(byte)
                if isWhole { finishReading() }
            } else if byte == 13 || byte == 10 {
                let text = String(decoding: line, as: UTF8.self)
                line = []
                if !text.isEmpty { answer(text) }
            } else if line.count < Self.longestLine {
                line.append(byte)
            }
        }
    }

    // MARK: Commands

    private mutating func enter(_ step: Step, _ command: String) {
        (self.step, began, digit, line) = (step, now, nil, [])
        output += Array("\(command)\r".utf8)
    }

    private mutating func begin() {
        (session, readings) = (nil, 0)
        guard isSetUp else { return enter(.echoOff, "ATE0") }
        carriesMessage = message != nil
        if let message {
            enter(.announce, "AT+SBDWB=\(message.count)")
        } else {
            enter(.clear, "AT+SBDD0")
        }
    }

    private mutating func read() {
        (incoming, isSpoiled) = ([], false)
        readings += 1
        enter(.read, "AT+SBDRB")
    }

    // MARK: Answers

    private mutating func answer(_ text: String) {
        if text == "ERROR" {
            if step != .resting { fail(.refused) }
            return
        }
        switch step {
        case .resting: return
        case .echoOff: if text == "OK" { enter(.flowOff, "AT&K0") }
        case .flowOff:
            guard text == "OK" else { return }
            isSetUp = true
            begin()
        case .announce:
            if text == "READY" {
                let message = message ?? []
                (step, began, digit) = (.write, now, nil)
                output += message + Self.sum(message)
            } else if text == "OK", digit != nil {
                fail(.refused)
            } else {
                digit = Int(text) ?? digit
            }
        case .write, .clear:
            if text == "OK" {
                if digit == 0 { enter(.session, "AT+SBDIX") } else { fail(.refused) }
            } else {
                digit = Int(text) ?? digit
            }
        case .session:
            if text == "OK" {
                if let session { finish(session) } else { fail(.silent) }
            } else {
                session = SBDSession(line: text) ?? session
            }
        case .read:
            guard text == "OK" else { return }
            if !isSpoiled { return rest() }
            // The message stays in the buffer until the next session.
            if readings < Self.mostReadings { return read() }
            isSetUp = false
            fail(.refused)
        }
    }

    private mutating func finish(_ session: SBDSession) {
        let isSent = session.isSent
        if isSent {
            failures = 0
            if carriesMessage {
                message = nil
                events.append(.sent)
            }
            // Each session looks for messages. What waits behind one that came is worth another.
            isCheckWanted = session.hasReceived && session.waiting > 0
        }
        // What came is read even where nothing went out.
        if session.hasReceived {
            if !isSent { postpone(.session(session.sentStatus), pause: session.enforcedPause) }
            read()
        } else if isSent {
            rest()
        } else {
            fail(.session(session.sentStatus), pause: session.enforcedPause)
        }
    }

    private mutating func rest() { (step, carriesMessage, line, output) = (.resting, false, [], []) }

    private mutating func fail(_ fault: SBDFault, pause: Int? = nil) {
        postpone(fault, pause: pause)
        rest()
    }

    /// Twice soon, twice within half a minute, then every five minutes, as the makers of modems advise: a satellite
    /// that is asked by many at once answers none.
    private mutating func postpone(_ fault: SBDFault, pause: Int?) {
        failures += 1
        lastFault = fault
        var wait: Int
        switch failures {
        case ...2: wait = Int.random(in: 0...5_000)
        case ...4: wait = Int.random(in: 0...30_000)
        default: wait = 300_000 + Int.random(in: 0...30_000)
        }
        wait = max(wait, pause ?? 0)
        earliest = now + wait
        events.append(.postponed(fault, until: now + wait))
    }

    // MARK: The incoming buffer

    /// The two bytes of the length, the message, and two of the sum.
    private var expected: Int? {
        incoming.count < 2 ? nil : 4 + Int(incoming[0]) << 8 + Int(incoming[1])
    }

    private var isWhole: Bool {
        guard let expected else { return false }
        return incoming.count >= expected || expected > 4 + Self.mostReceivedBytes
    }

    private mutating func finishReading() {
        let message = Array(incoming.dropFirst(2).dropLast(2))
        isSpoiled = expected != incoming.count || Array(incoming.suffix(2)) != Self.sum(message)
        if !isSpoiled, !message.isEmpty { events.append(.received(message)) }
    }

    /// The lower 16 bits of the sum of all bytes, the higher byte first.
    static func sum(_ bytes: [UInt8]) -> [UInt8] {
        let sum = bytes.reduce(UInt16(0)) { $0 &+ UInt16($1) }
        return [UInt8(truncatingIfNeeded: sum >> 8), UInt8(truncatingIfNeeded: sum)]
    }
}
