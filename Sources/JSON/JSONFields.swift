/// Typed access to the members of an object, with errors that name the key and the line, and a check that none was left over.
///
///     let fields = try JSONFields(document, source: "preset.json")
///     let threshold = try fields.number("iou_threshold", in: 0...1) ?? 0.5
///     try fields.finish()        // preset.json line 9: unknown key "iuo_threshold" (did you mean "iou_threshold"?)
public final class JSONFields {
    public let source: String
    /// Where the object starts.
    public let position: JSONPosition?
    private let members: [JSONMember]
    private let path: String
    private var known: [String] = []

    /// - Parameter path: what leads to the object inside its document, for messages; empty for the document itself.
    /// - Throws: `JSONError` when `value` is no object.
    public init(_ value: JSONValue, source: String, path: String = "") throws(JSONError) {
        guard case .object(let members) = value.content else {
            let name = path.isEmpty ? "the document" : "\"\(path)\""
            throw JSONError(
                source: source, position: value.position, reason: "\(name) must be an object, not \(value.kindName)")
        }
        self.source = source
        self.members = members
        self.path = path
        position = value.position
    }

    /// Keys in the order of the document.
    public var keys: [String] { members.map(\.key) }

    /// The value of `key`, which is thereby a known key; `nil` where the object lacks it or says `null`.
    public func value(_ key: String) -> JSONValue? {
        if !known.contains(key) { known.append(key) }
        guard let value = members.first(where: { $0.key == key })?.value, value.content != .null else { return nil }
        return value
    }

    /// An error about the value of `key`: `preset.json line 7: "decoder.stride" must be ...`.
    public func failure(_ key: String, _ reason: String) -> JSONError {
        let position = members.first { $0.key == key }?.value.position ?? self.position
        return JSONError(source: source, position: position, reason: "\"\(name(key))\" \(reason)")
    }

    /// An error that a key is missing.
    public func missing(_ key: String, _ reason: String = "is missing") -> JSONError { failure(key, reason) }

    /// - Throws: `JSONError` naming the first key that nobody asked for, with the known one it resembles.
    public func finish() throws(JSONError) {
        guard let stranger = members.first(where: { !known.contains($0.key) }) else { return }
        let hint =
            Spelling.suggestion(for: stranger.key, among: known).map { "did you mean \"\($0)\"?" }
            ?? (known.isEmpty ? "none is known here" : "known are \(Spelling.list(known))")
        throw JSONError(
            source: source, position: stranger.value.position, reason: "unknown key \"\(name(stranger.key))\" (\(hint))"
        )
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func mismatch(_ key: String, _ expected: String, _ value: JSONValue) -> JSONError {
        failure(key, "must be \(expected), not \(value.kindName)")
    }
}

extension JSONFields {
    public func string(_ key: String) throws(JSONError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let string) = value.content else { throw mismatch(key, "a string", value) }
        return string
    }

    public func bool(_ key: String) throws(JSONError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let bool) = value.content else { throw mismatch(key, "true or false", value) }
        return bool
    }

    public func number(_ key: String, in range: ClosedRange<Double>? = nil) throws(JSONError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = Self.number(value) else { throw mismatch(key, "a number", value) }
        try check(key, number, range)
        return number
    }

    public func integer(_ key: String, in range: ClosedRange<Int>? = nil) throws(JSONError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let integer = Self.integer(value) else { throw mismatch(key, "a whole number", value) }
        try check(key, integer, range)
        return integer
    }

    /// One of the words that `Choice` knows.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of _: Choice.Type = Choice.self
    ) throws(JSONError) -> Choice? where Choice.RawValue == String {
        guard let word = try string(key) else { return nil }
        guard let choice = Choice(rawValue: word) else {
            throw unknown(key, word, among: Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    /// An error that `word` is none of `words`: `"task" is "detct" (did you mean "detect"?); known are detect and classify`.
    public func unknown(_ key: String, _ word: String, among words: [String]) -> JSONError {
        let hint = Spelling.suggestion(for: word, among: words).map { " (did you mean \"\($0)\"?)" } ?? ""
        return failure(key, "is \"\(word)\"\(hint); known are \(Spelling.list(words))")
    }

    public func strings(_ key: String) throws(JSONError) -> [String]? {
        try array(key, "an array of strings") { if case .string(let string) = $0.content { string } else { nil } }
    }

    public func numbers(_ key: String, in range: ClosedRange<Double>? = nil) throws(JSONError) -> [Double]? {
        let numbers = try array(key, "an array of numbers", Self.number)
        for number in numbers ?? [] { try check(key, number, range) }
        return numbers
    }

    public func integers(_ key: String, in range: ClosedRange<Int>? = nil) throws(JSONError) -> [Int]? {
        let integers = try array(key, "an array of whole numbers", Self.integer)
        for integer in integers ?? [] { try check(key, integer, range) }
        return integers
    }

    /// Rows of numbers, which may differ in length.
    public func numberRows(_ key: String, in range: ClosedRange<Double>? = nil) throws(JSONError) -> [[Double]]? {
        let rows = try array(key, "an array of arrays of numbers") { row -> [Double]? in
            guard case .array(let elements) = row.content else { return nil }
            let numbers = elements.compactMap(Self.number)
            return numbers.count == elements.count ? numbers : nil
        }
        for number in (rows ?? []).joined() { try check(key, number, range) }
        return rows
    }

    /// The members of each object of the array under `key`; messages name them `key[0]`, `key[1]`, ...
    public func objects(_ key: String) throws(JSONError) -> [JSONFields]? {
        guard let elements = try array(key, "an array of objects", { $0 }) else { return nil }
        var objects: [JSONFields] = []
        for (index, element) in elements.enumerated() {
            objects.append(try JSONFields(element, source: source, path: "\(name(key))[\(index)]"))
        }
        return objects
    }

    /// The members of the object under `key`.
    public func object(_ key: String) throws(JSONError) -> JSONFields? {
        guard let value = value(key) else { return nil }
        return try JSONFields(value, source: source, path: name(key))
    }

    private func array<Element>(
        _ key: String, _ expected: String, _ convert: (JSONValue) -> Element?
    ) throws(JSONError) -> [Element]? {
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value.content else { throw mismatch(key, expected, value) }
        var converted: [Element] = []
        for element in elements {
            guard let item = convert(element) else {
                throw JSONError(
                    source: source, position: element.position,
                    reason: "\"\(name(key))\" must be \(expected); one of its elements is \(element.kindName)")
            }
            converted.append(item)
        }
        return converted
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value.content {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    private static func integer(_ value: JSONValue) -> Int? {
        switch value.content {
        case .integer(let integer): Int(integer)
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    private func check<Number: Comparable>(
        _ key: String, _ number: Number, _ range: ClosedRange<Number>?
    ) throws(JSONError) {
        guard let range, !range.contains(number) else { return }
        throw failure(key, "is \(number); it must lie between \(range.lowerBound) and \(range.upperBound)")
    }
}
