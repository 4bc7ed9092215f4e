// A simulation of a 9602 satellite modem, after Iridium's public AT command reference: nobody has tried this room with
// a real one yet.
import TestSupport

/// Takes what a program writes and gives what a modem would answer.
struct SimulatedModem {
    /// The statuses of the sessions to come; 0 after the last one.
    var statuses: [Int] = []
    /// Messages that wait for this modem.
    var waiting: [[UInt8]] = []
    /// What went out.
    private(set) var sent: [[UInt8]] = []
    private(set) var sessions = 0
    /// Answers nothing: without power.
    var isSilent = false
    /// How many readings of the incoming buffer come with a wrong byte.
    var spoiledReadings = 0

    private var echoes = true
    private var outgoing: [UInt8] = []
    private var incoming: [UInt8] = []
    private var line: [UInt8] = []
    private var awaited: Int?
    private var body: [UInt8] = []
    private var number = 7

    init(statuses: [Int] = [], waiting: [[UInt8]] = []) { (self.statuses, self.waiting) = (statuses, waiting) }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func sum(_ bytes: [UInt8]) -> [UInt8] {
        let sum = bytes.reduce(0) { $0 + Int($1) }
        return [UInt8(sum >> 8 & 255), UInt8(sum & 255)]
    }

    mutating func answer(to bytes: [UInt8]) -> [UInt8] {
        if isSilent { return [] }
        var answers: [UInt8] = []
        for byte in bytes {
            if let count = awaited {
                body.append(byte)
                guard body.count == count + 2 else { continue }
                awaited = nil
                let message = Array(body.prefix(count))
                let isRight = Array(body.suffix(2)) == Self.sum(message)
                if isRight { outgoing = message }
                answers += Self.text("\r\n\(isRight ? 0 : 2)\r\n\r\nOK\r\n")
                continue
            }
            if echoes { answers.append(byte) }
            guard byte == 13 else {
                line.append(byte)
                continue
            }
            answers += run(String(decoding: line, as: UTF8.self))
            line = []
        }
        return answers
    }

    private mutating func run(_ command: String) -> [UInt8] {
        switch command {
        case "ATE0":
            echoes = false
            return Self.text("\r\nOK\r\n")
        case "AT&K0": return Self.text("\r\nOK\r\n")
        case "AT+SBDD0":
            outgoing = []
            return Self.text("\r\n0\r\n\r\nOK\r\n")
        case "AT+SBDIX": return Self.text("\r\n") + session() + Self.text("\r\n\r\nOK\r\n")
        case "AT+SBDRB":
            var bytes = [UInt8(incoming.count >> 8), UInt8(incoming.count & 255)] + incoming + Self.sum(incoming)
            if spoiledReadings > 0, !incoming.isEmpty {
                spoiledReadings -= 1
                bytes[2] ^= 0x55
            }
            return bytes + Self.text("\r\nOK\r\n")
        default:
            guard command.hasPrefix("AT+SBDWB="), let count = Int(command.dropFirst(9)) else {
                return Self.text("\r\nERROR\r\n")
            }
            guard (1...340).contains(count) else { return Self.text("\r\n3\r\n\r\nOK\r\n") }
            (awaited, body) = (count, [])
            return Self.text("\r\nREADY\r\n")
        }
    }

    private mutating func session() -> [UInt8] {
        sessions += 1
        let status = statuses.isEmpty ? 0 : statuses.removeFirst()
        guard status <= 4 else { return Self.text("+SBDIX: \(status), \(number), 2, 0, 0, 0") }
        if !outgoing.isEmpty { sent.append(outgoing) }
        number += 1
        incoming = waiting.isEmpty ? [] : waiting.removeFirst()
        let came = incoming.isEmpty ? 0 : 1
        return Self.text("+SBDIX: \(status), \(number), \(came), \(came * 3), \(incoming.count), \(waiting.count)")
    }
}
