/// One JSON value, with the place it was read from.
///
/// Two values are equal when they say the same, wherever they were read; members of objects keep their order, which counts.
/// A number that is read is `.integer` where its value is whole and fits `Int64` (`2`, `2.0`, `2e3`), otherwise `.number`.
public struct JSONValue: Sendable {
    public let content: Content
    /// Where the value starts in its document; `nil` for a value that no document holds.
    public let position: JSONPosition?

    public enum Content: Sendable, Hashable {
        case null
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case string(String)
        case array([JSONValue])
        case object([JSONMember])
    }

    public init(_ content: Content, position: JSONPosition? = nil) {
        self.content = content
        self.position = position
    }
}

/// A key of an object with its value.
public struct JSONMember: Sendable, Hashable {
    public let key: String
    public let value: JSONValue

    public init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// A place in a document; line and column count from 1, the column in bytes.
public struct JSONPosition: Sendable, Hashable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension JSONValue: Hashable {
    public static func == (left: JSONValue, right: JSONValue) -> Bool { left.content == right.content }
    public func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension JSONValue {
    /// The value of `key` in an object; `nil` for another key and for what is no object. Complexity: O(members).
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// What the value is, as a message says it: `a number`, `an object`, ...
    public var kindName: String {
        switch content {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue {
    public init(_ value: Int) { self.init(.integer(Int64(value))) }
    public init(_ value: String) { self.init(.string(value)) }
    public init(_ value: Bool) { self.init(.bool(value)) }
    public init(_ values: [JSONValue]) { self.init(.array(values)) }
    /// A double that is not finite is written as `null`: JSON has no other word for it.
    public init(_ value: Double) { self.init(.number(value)) }
    /// The number with the fewest digits that reads back as `value`: 0.91, not 0.9100000262260437.
    public init(_ value: Float) { self.init(.number(Double(String(describing: value)) ?? Double(value))) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self.init(.string(value)) }
    public init(integerLiteral value: Int64) { self.init(.integer(value)) }
    public init(floatLiteral value: Double) { self.init(.number(value)) }
    public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
    public init(arrayLiteral elements: JSONValue...) { self.init(.array(elements)) }
    public init(nilLiteral: ()) { self.init(.null) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(.object(elements.map { JSONMember($0.0, $0.1) }))
    }
}
