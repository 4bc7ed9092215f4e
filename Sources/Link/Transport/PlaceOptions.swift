// What stands behind a place, as `,name=value`.

/// Words for how a place is used, each once at most where it is not said otherwise.
struct PlaceOptions {
    /// What may stand there.
    struct Form {
        let names: [String]
        /// The names that may stand there several times.
        var repeated: [String] = []
        /// The names that have no value.
        var flags: [String] = []
        /// For people.
        let text: String
    }

    private let place: String
    private let form: Form
    private var values: [String: [String]] = [:]

    /// - Parameters:
    ///   - text: of the options alone, from the first comma on.
    ///   - place: the whole place, for people.
    /// - Throws: `TransportError.place` for what is none of them.
    init(_ text: Substring, _ form: Form, of place: String) throws(TransportError) {
        (self.place, self.form) = (place, form)
        for part in text.split(separator: ",", omittingEmptySubsequences: false).dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let isFlag = sides.count == 1 && form.flags.contains(sides[0])
            let isRepeated = form.repeated.contains(sides[0])
            let isValue = sides.count == 2 && !sides[1].isEmpty && (isRepeated || form.names.contains(sides[0]))
            guard isFlag || isValue, !part.contains("\0"), isRepeated || values[sides[0]] == nil
            else { throw wrong(String(part)) }
            values[sides[0], default: []].append(sides.last ?? "")
        }
    }

    private func wrong(_ part: String) -> TransportError { .place(place, "has ',\(part)': \(form.text)") }

    subscript(_ name: String) -> String? { values[name]?.first }

    /// All values of a name that may be repeated.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// From 1 to 255.
    func number(_ name: String) throws(TransportError) -> UInt8? {
        guard let text = self[name] else { return nil }
        guard let number = UInt8(text), number > 0 else { throw wrong("\(name)=\(text)") }
        return number
    }
}
