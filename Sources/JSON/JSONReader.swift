/// Reads one JSON document (RFC 8259), strictly: no comments, no trailing commas, no repeated keys, valid UTF-8 alone.
public struct JSONReader {
    private let bytes: UnsafeRawBufferPointer
    private let source: String
    private let limits: JSONLimits
    private var offset = 0
    private var line = 1
    private var lineStart = 0
    private var depth = 0
    private var values = 0

    /// The document in `bytes`; `source` is its name in error messages. Complexity: O(bytes).
    /// - Throws: `JSONError` with the line where the document departs from the grammar or exceeds `limits`.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, source: String, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw JSONError(
                source: source, position: nil, reason: "\(bytes.count) bytes are more than the \(limits.bytes) allowed")
        }
        var reader = JSONReader(bytes: bytes, source: source, limits: limits)
        return try reader.document()
    }

    /// The document in `text`.
    public static func read(
        _ text: String, source: String, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        try read(bytes: Array(text.utf8), source: source, limits: limits)
    }

    /// The document in `bytes`.
    public static func read(
        bytes: [UInt8], source: String, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBytes { buffer in
            do throws(JSONError) {
                return .success(try read(buffer, source: source, limits: limits))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeRawBufferPointer, source: String, limits: JSONLimits) {
        self.bytes = bytes
        self.source = source
        self.limits = limits
    }

    // MARK: Grammar

    private mutating func document() throws(JSONError) -> JSONValue {
        if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf {
            throw failure("the document starts with a byte order mark; save it as plain UTF-8")
        }
        skipSpace()
        let value = try self.value()
        skipSpace()
        guard offset == bytes.count else { throw failure("unexpected \(found) after the end of the document") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        values += 1
        guard values <= limits.values else { throw failure("more than \(limits.values) values") }
        let start = position
        switch peek {
        case UInt8(ascii: "{"): return JSONValue(.object(try nested(members)), position: start)
        case UInt8(ascii: "["): return JSONValue(.array(try nested(elements)), position: start)
        case UInt8(ascii: "\""): return JSONValue(.string(try string()), position: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return JSONValue(try number(), position: start)
        case UInt8(ascii: "t"): return try word("true", .bool(true), start)
        case UInt8(ascii: "f"): return try word("false", .bool(false), start)
        case UInt8(ascii: "n"): return try word("null", .null, start)
        default: throw failure("a value is expected, not \(found)")
        }
    }

    private mutating func nested<T>(_ body: (inout JSONReader) throws(JSONError) -> T) throws(JSONError) -> T {
        depth += 1
        guard depth <= limits.depth else { throw failure("more than \(limits.depth) levels of nesting") }
        offset += 1
        skipSpace()
        let result = try body(&self)
        offset += 1
        depth -= 1
        return result
    }

    /// Everything between the brackets of an array; stops at the closing one.
    private func elements(_ reader: inout JSONReader) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        if reader.peek == UInt8(ascii: "]") { return elements }
        while true {
            elements.append(try reader.value())
            reader.skipSpace()
            if reader.peek == UInt8(ascii: "]") { return elements }
            guard reader.take(UInt8(ascii: ",")) else {
                throw reader.failure("',' or ']' is expected in the array, not \(reader.found)")
            }
            reader.skipSpace()
        }
    }

    /// Everything between the braces of an object; stops at the closing one.
    private func members(_ reader: inout JSONReader) throws(JSONError) -> [JSONMember] {
        var members: [JSONMember] = []
        var keys: Set<String> = []
        if reader.peek == UInt8(ascii: "}") { return members }
        while true {
            guard reader.peek == UInt8(ascii: "\"") else {
                throw reader.failure("a key in quotes is expected, not \(reader.found)")
            }
            let place = reader.position
            let key = try reader.string()
            guard keys.insert(key).inserted else {
                throw JSONError(source: source, position: place, reason: "the key \"\(key)\" is there twice")
            }
            reader.skipSpace()
            guard reader.take(UInt8(ascii: ":")) else {
                throw reader.failure("':' is expected after the key \"\(key)\", not \(reader.found)")
            }
            reader.skipSpace()
            members.append(JSONMember(key, try reader.value()))
            reader.skipSpace()
            if reader.peek == UInt8(ascii: "}") { return members }
            guard reader.take(UInt8(ascii: ",")) else {
                throw reader.failure("',' or '}' is expected in the object, not \(reader.found)")
            }
            reader.skipSpace()
        }
    }

    private mutating func word(
        _ text: StaticString, _ content: JSONValue.Content, _ start: JSONPosition
    ) throws(JSONError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        let expected = UnsafeRawBufferPointer(start: text.utf8Start, count: count)
        guard offset + count <= bytes.count, bytes[offset..<offset + count].elementsEqual(expected) else {
            throw failure("a value is expected, not a word JSON does not know")
        }
        offset += count
        return JSONValue(content, position: start)
    }

    private mutating func number() throws(JSONError) -> JSONValue.Content {
        let start = offset
        var isInteger = true
        if take(UInt8(ascii: "-")), !isDigit { throw failure("a digit is expected after '-', not \(found)") }
        if take(UInt8(ascii: "0")) {
            if isDigit { throw failure("a number must not start with 0") }
        } else {
            skipDigits()
        }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard isDigit else { throw failure("a digit is expected after '.', not \(found)") }
            skipDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            offset += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            guard isDigit else { throw failure("a digit is expected in the exponent, not \(found)") }
            skipDigits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, text != "-0", let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw failure("the number is too large") }
        if let integer = Int64(exactly: number), integer != 0 || number.sign == .plus { return .integer(integer) }
        return .number(number)
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        var start = offset
        var text = ""
        while true {
            guard offset < bytes.count else { throw failure("the string does not end") }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                text += try utf8(start..<offset)
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                text += try utf8(start..<offset)
                text.unicodeScalars.append(try escape())
                start = offset
            case 0..<0x20:
                throw failure("a control character must be written as an escape (a line end as \\n)")
            default:
                offset += 1
            }
        }
    }

    private func utf8(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw failure("the string is not valid UTF-8")
        }
        return text
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        offset += 1
        let letter = peek
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let high = try fourHexDigits()
            if let scalar = Unicode.Scalar(high) { return scalar }
            guard high < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw failure("half of a surrogate pair stands alone")
            }
            let low = try fourHexDigits()
            guard 0xdc00..<0xe000 ~= low,
                let scalar = Unicode.Scalar(0x10000 + (UInt32(high) - 0xd800) << 10 + (UInt32(low) - 0xdc00))
            else { throw failure("half of a surrogate pair stands alone") }
            return scalar
        default: throw failure("the string holds an escape JSON does not know")
        }
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch peek {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = peek - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = peek - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = peek - UInt8(ascii: "A") + 10
            default: throw failure("\\u needs four hexadecimal digits")
            }
            code = code << 4 | UInt16(digit)
            offset += 1
        }
        return code
    }

    // MARK: Bytes

    /// The byte to read next, 0 at the end (a 0 byte is valid nowhere in a document).
    private var peek: UInt8 { offset < bytes.count ? bytes[offset] : 0 }
    private var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= peek }
    private var position: JSONPosition { JSONPosition(line: line, column: offset - lineStart + 1) }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipDigits() {
        while isDigit { offset += 1 }
    }

    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x0a:
                line += 1
                lineStart = offset + 1
            case 0x20, 0x09, 0x0d: break
            default: return
            }
            offset += 1
        }
    }

    /// The next character as a message names it.
    private var found: String {
        guard offset < bytes.count else { return "the end of the document" }
        let byte = bytes[offset]
        return 0x20..<0x7f ~= byte ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    }

    private func failure(_ reason: String) -> JSONError {
        JSONError(source: source, position: position, reason: reason)
    }
}
