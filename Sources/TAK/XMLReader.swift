// From bytes to elements, for documents that may be hostile.

/// Reads one document of the subset of XML 1.0 that events are written in: elements, attributes, text, CDATA, and the
/// five entities with numeric references. Comments and instructions are skipped. A document type is refused, so that
/// nothing stands for more than itself.
struct XMLReader {
    /// Complexity: O(bytes).
    ///
    /// - Throws: `TAKError.event` for what is no such document, or goes beyond its limits.
    static func read(_ bytes: some Collection<UInt8>) throws(TAKError) -> XMLElement {
        var reader = XMLReader(bytes: Array(bytes))
        let elements = try reader.elements()
        guard elements.count == 1, let root = elements.first else {
            throw .event(elements.isEmpty ? "the XML holds no element" : "the XML holds more than one event")
        }
        return root
    }

    /// Reads elements one behind the other, without one around them.
    static func fragment(_ bytes: [UInt8]) throws(TAKError) -> [XMLElement] {
        var reader = XMLReader(bytes: bytes)
        return try reader.elements()
    }

    private let bytes: [UInt8]
    private var place = 0
    private var count = 0

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private enum Limits {
        static let depth = 32
        static let elements = 4096
        static let attributes = 64
        static let name = 256
    }

    private func failure(_ reason: String) -> TAKError { .event("the XML \(reason) (byte \(place))") }

    static func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
        switch byte {
        case 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...: true
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."): !first
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    private func has(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - place >= count else { return false }
        return (0..<count).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
    }

    private mutating func skipSpace() {
        while place < bytes.count, Self.isSpace(bytes[place]) { place += 1 }
    }

    /// Goes behind the next `end`.
    private mutating func skip(to end: StaticString, _ what: String) throws(TAKError) -> Range<Int> {
        let start = place
        while place < bytes.count {
            if has(end) {
                defer { place += end.utf8CodeUnitCount }
                return start..<place
            }
            place += 1
        }
        throw failure("ends inside \(what)")
    }

    private mutating func elements() throws(TAKError) -> [XMLElement] {
        if has("\u{feff}") { place += 3 }
        var done: [XMLElement] = []
        var open: [XMLElement] = []
        var text: [UInt8] = []
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                try takeText(&text, isOutside: open.isEmpty)
                continue
            }
            if try skipRemark(&text, isOutside: open.isEmpty) { continue }
            if let last = open.indices.last { Self.add(&text, to: &open[last]) }
            if has("</") {
                try takeEnd(&open, &done)
            } else {
                let (element, isWhole) = try takeStart()
                guard open.count < Limits.depth else { throw failure("is nested too deeply") }
                if isWhole {
                    Self.put(element, &open, &done)
                } else {
                    open.append(element)
                }
            }
        }
        guard open.isEmpty else { throw failure("ends inside <\(open[open.count - 1].name.prefix(40))>") }
        return done
    }

    private static func add(_ text: inout [UInt8], to element: inout XMLElement) {
        guard !text.isEmpty else { return }
        element.text += String(decoding: text, as: UTF8.self)
        text.removeAll(keepingCapacity: true)
    }

    private static func put(_ element: XMLElement, _ open: inout [XMLElement], _ done: inout [XMLElement]) {
        if let last = open.indices.last { open[last].children.append(element) } else { done.append(element) }
    }

    /// Comments, instructions and CDATA. Returns whether there was one.
    private mutating func skipRemark(_ text: inout [UInt8], isOutside: Bool) throws(TAKError) -> Bool {
        if has("<?") {
            _ = try skip(to: "?>", "an instruction")
            return true
        }
        guard has("<!") else { return false }
        if has("<!--") {
            place += 4
            _ = try skip(to: "-->", "a comment")
        } else if has("<![CDATA["), !isOutside {
            place += 9
            text += bytes[try skip(to: "]]>", "CDATA")]
        } else {
            throw failure("has a document type, which events do not need")
        }
        return true
    }

    private mutating func takeText(_ text: inout [UInt8], isOutside: Bool) throws(TAKError) {
        let byte = bytes[place]
        if isOutside {
            guard Self.isSpace(byte) else { throw failure("has text outside of its elements") }
            place += 1
        } else if byte == UInt8(ascii: "&") {
            try takeReference(&text)
        } else {
            place += 1
            // Line ends are one character (XML 1.0, section 2.11).
            if byte == 0x0d {
                if place < bytes.count, bytes[place] == 0x0a { place += 1 }
                text.append(0x0a)
            } else {
                text.append(byte)
            }
        }
    }

    private mutating func takeReference(_ text: inout [UInt8]) throws(TAKError) {
        let start = place + 1
        var end = start
        while end < bytes.count, end - start < 12, bytes[end] != UInt8(ascii: ";") { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: ";") else {
            throw failure("has a '&' that stands for nothing")
        }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        switch name {
        case "amp": text.append(UInt8(ascii: "&"))
        case "lt": text.append(UInt8(ascii: "<"))
        case "gt": text.append(UInt8(ascii: ">"))
        case "quot": text.append(UInt8(ascii: "\""))
        case "apos": text.append(UInt8(ascii: "'"))
        default:
            let isHexadecimal = name.hasPrefix("#x")
            let digits = name.dropFirst(isHexadecimal ? 2 : 1)
            guard name.hasPrefix("#"), !digits.hasPrefix("+"), !digits.hasPrefix("-"),
                let value = UInt32(digits, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(value),
                value >= 0x20 || value == 9 || value == 10 || value == 13
            else { throw failure("has an entity that is none of the five") }
            text += Array(String(Character(scalar)).utf8)
        }
        place = end + 1
    }

    private mutating func takeName() throws(TAKError) -> String {
        let start = place
        while place < bytes.count, place - start <= Limits.name, Self.isNameByte(bytes[place], first: place == start) {
            place += 1
        }
        guard place > start, place - start <= Limits.name else { throw failure("has a name that is none") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func takeEnd(_ open: inout [XMLElement], _ done: inout [XMLElement]) throws(TAKError) {
        place += 2
        let name = try takeName()
        skipSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: ">") else {
            throw failure("has an end that is not closed")
        }
        place += 1
        guard let element = open.popLast(), element.name == name else {
            throw failure("ends <\(name.prefix(40))>, which is not open there")
        }
        Self.put(element, &open, &done)
    }

    /// Returns whether the element has ended too.
    private mutating func takeStart() throws(TAKError) -> (XMLElement, isWhole: Bool) {
        place += 1
        count += 1
        guard count <= Limits.elements else { throw failure("has too many elements") }
        var element = XMLElement(try takeName())
        while true {
            let before = place
            skipSpace()
            if has("/>") {
                place += 2
                return (element, true)
            }
            if has(">") {
                place += 1
                return (element, false)
            }
            guard place > before else { throw failure("has an element that is not closed") }
            let name = try takeName()
            guard element.attributes.count < Limits.attributes else { throw failure("has too many attributes") }
            guard element[name] == nil else { throw failure("tells an attribute twice") }
            element.attributes.append(XMLElement.Attribute(name, try takeValue()))
        }
    }

    private mutating func takeValue() throws(TAKError) -> String {
        skipSpace()
        guard has("=") else { throw failure("has an attribute without a value") }
        place += 1
        skipSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") else {
            throw failure("has an attribute without quotes")
        }
        let quote = bytes[place]
        place += 1
        var value: [UInt8] = []
        while place < bytes.count, bytes[place] != quote {
            switch bytes[place] {
            case UInt8(ascii: "&"): try takeReference(&value)
            case UInt8(ascii: "<"): throw failure("has a '<' in an attribute")
            case let byte:
                value.append(Self.isSpace(byte) ? 0x20 : byte)
                place += 1
            }
        }
        guard place < bytes.count else { throw failure("ends inside an attribute") }
        place += 1
        return String(decoding: value, as: UTF8.self)
    }
}
