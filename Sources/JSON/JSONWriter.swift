/// Writes a value as one JSON document: members in their order, numbers with the fewest digits that read back the same.
extension JSONValue {
    /// The document on one line, as JSON lines want it. Complexity: O(size).
    public var text: String {
        var text: [UInt8] = []
        write(to: &text, indent: nil)
        return String(decoding: text, as: UTF8.self)
    }

    /// The document over several lines, two spaces a level, for people to read; arrays of plain values stay on one line.
    public var indentedText: String {
        var text: [UInt8] = []
        write(to: &text, indent: 0)
        return String(decoding: text, as: UTF8.self)
    }

    private func write(to text: inout [UInt8], indent: Int?) {
        switch content {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += String(value).utf8
        case .number(let value): text += Self.digits(value).utf8
        case .string(let value): Self.quote(value, to: &text)
        case .array(let elements):
            let isFlat = indent == nil || elements.allSatisfy(\.isPlain)
            Self.list("[", "]", elements, to: &text, indent: isFlat ? nil : indent) { element, text, inner in
                element.write(to: &text, indent: inner)
            }
        case .object(let members):
            Self.list("{", "}", members, to: &text, indent: indent) { member, text, inner in
                Self.quote(member.key, to: &text)
                text += ": ".utf8
                member.value.write(to: &text, indent: inner)
            }
        }
    }

    private var isPlain: Bool {
        switch content {
        case .array, .object: false
        default: true
        }
    }

    private static func list<Item>(
        _ open: String, _ close: String, _ items: [Item], to text: inout [UInt8], indent: Int?,
        each: (Item, inout [UInt8], Int?) -> Void
    ) {
        text += open.utf8
        let inner = indent.map { $0 + 1 }
        for (index, item) in items.enumerated() {
            if index > 0 { text += (inner == nil ? ", " : ",").utf8 }
            if let inner { text += ("\n" + String(repeating: "  ", count: inner)).utf8 }
            each(item, &text, inner)
        }
        if let indent, !items.isEmpty { text += ("\n" + String(repeating: "  ", count: indent)).utf8 }
        text += close.utf8
    }

    private static func digits(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let text = String(describing: value)
        return text.hasSuffix(".0") && text != "-0.0" ? String(text.dropLast(2)) : text
    }

    private static func quote(_ string: String, to text: inout [UInt8]) {
        text.append(quotationMark)
        // Most texts have nothing to escape, and are copied as they are.
        if string.utf8.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != quotationMark && $0 != backslash }) {
            text += string.utf8
        } else {
            for scalar in string.unicodeScalars { text += escaped(scalar).utf8 }
        }
        text.append(quotationMark)
    }

    private static let quotationMark = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{0}"..<"\u{20}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
            let hex = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: return String(scalar)
        }
    }
}
