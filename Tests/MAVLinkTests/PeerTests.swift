// Our messages in pymavlink's hands, and its messages in ours.
import Foundation
import Peers
import TestSupport
import Testing

@testable import MAVLink

@Suite(.enabled(if: PeerProgram.has("pymavlink"), "needs pymavlink: make peers"))
struct PeerTests {
    private static let each = 60

    private static func text(_ object: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
        }
    }

    /// A payload with zeros at any place, and of floats none that Python would change.
    private static func drawn(_ kind: any MAVLinkMessage.Type, _ random: inout SplitMix) -> any MAVLinkMessage {
        let kept = Int.random(in: 0...kind.length, using: &random)
        let payload = (0..<kept).map { _ in
            Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : 0
        }
        var reader = PayloadReader(payload)
        return kind.init(from: &reader)
    }

    private static func hasChangingNumber(_ object: [String: Any]) -> Bool {
        object.values.contains { value in
            guard let floats = value as? [String: Any] else { return false }
            let bits = (floats["fs"] as? [UInt32]) ?? (floats["f"] as? UInt32).map { [$0] } ?? []
            return bits.contains { Float(bitPattern: $0).isNaN }
        }
    }

    private struct Case {
        var frame: String
        var line: String
    }

    private static func cases(seed: UInt64) throws -> [Case] {
        var random = SplitMix(state: seed)
        var cases: [Case] = []
        for kind in MessageTable.all {
            for _ in 0..<each {
                let message = drawn(kind, &random)
                let named = try #require(message as? any NamedFields)
                var line = named.fieldObject
                // Python makes other NaNs of some.
                if hasChangingNumber(line) { continue }
                line = ["fields": line, "name": type(of: named).name]
                let sender = MAVLinkFrame.Sender(
                    system: UInt8.random(in: 0...255, using: &random),
                    component: UInt8.random(in: 0...255, using: &random))
                let sequence = UInt8.random(in: 0...255, using: &random)
                var frame = MAVLinkFrame(message, sender: sender, sequence: sequence)
                line["system"] = Int(sender.system)
                line["component"] = Int(sender.component)
                line["sequence"] = Int(sequence)
                if Bool.random(using: &random) {
                    let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
                    let key = try #require(SigningKey(secret))
                    let link = UInt8.random(in: 0...255, using: &random)
                    let time = SigningTime(steps: UInt64.random(in: 1..<1 << 47, using: &random))
                    var signing = MAVLinkSigning(key: key, link: link, time: time)
                    frame = signing.signed(frame)
                    line["key"] = hexadecimal(secret)
                    line["link"] = Int(link)
                    line["time"] = Int(time.steps) + 1
                }
                let bytes = hexadecimal(frame.bytes)
                line["frame"] = bytes
                cases.append(Case(frame: bytes, line: try text(line)))
            }
        }
        return cases
    }

    /// What is wrong with reading a frame of pymavlink's, `nil` for nothing.
    private static func fault(_ line: [String: Any]) throws -> String? {
        guard let hexadecimal = line["frame"] as? String, let name = line["name"] as? String,
            let fields = line["fields"] as? [String: Any]
        else { return "no frame" }
        var reader = MAVLinkReader()
        let frames = reader.read(bytes(hexadecimal))
        guard frames.count == 1, let frame = frames.first else { return "\(frames.count) frames" }
        guard let message = frame.message as? any NamedFields, type(of: message).name == name else {
            return "another message"
        }
        // MAVLink 1 knows no extensions, which the peer drew nevertheless.
        if line["old"] as? Bool == true {
            guard frame.version == .one else { return "not MAVLink 1" }
            return nil
        }
        guard try text(message.fieldObject) == text(fields) else { return "\(message) for \(fields)" }
        guard Self.hexadecimal(frame.bytes) == hexadecimal else { return "written otherwise" }
        if let secret = line["key"] as? String {
            guard let key = SigningKey(bytes(secret)), let signature = frame.signature else { return "no signature" }
            guard key.fits(signature, of: frame) else { return "another signature" }
        }
        return nil
    }

    @Test("frames are pymavlink's bit for bit, signed and unsigned, and both read what the other writes")
    func both() throws {
        let seed: UInt64 = 20_260
        let cases = try Self.cases(seed: seed)
        let output = try PeerProgram.output(
            script: "Peer/messages.py", ["\(seed)"], input: cases.map { $0.line + "\n" }.joined())
        let lines = try output.split(separator: "\n").map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
        #expect(lines.count == 2 * cases.count && cases.count > Self.each * MessageTable.all.count / 2)
        var faults: [String] = []
        for (made, line) in zip(cases, lines) {
            if line["frame"] as? String != made.frame || line["taken"] as? Bool != true {
                faults.append("\(line) for \(made.line)")
            }
        }
        for line in lines.dropFirst(cases.count) {
            if let fault = try Self.fault(line) { faults.append("\(fault): \(line["frame"] ?? "")") }
        }
        #expect(faults.isEmpty, "seed \(seed): \(faults.count) of \(lines.count), first \(faults.prefix(3))")
    }
}
