// What a subcommand accepts, and its help text.

struct CommandForm {
    var name: String
    var summary: String
    /// The positional arguments as usage shows them: `MODEL IMAGE...`.
    var positionals: String
    var positionalCount: ClosedRange<Int>
    var options: [Option]

    struct Option {
        /// With the dashes.
        var name: String
        /// What its value stands for; `nil` for a switch.
        var value: String?
        var help: String
        /// Takes all words up to the next option.
        var takesMany = false
    }

    /// Whether a word ends the values of the option before it.
    func isOption(_ word: String) -> Bool { word.hasPrefix("--") || options.contains { $0.name == word } }

    var help: String {
        let usage = "Usage: arete \(name) \(positionals)" + (options.isEmpty ? "" : " [OPTIONS]")
        let heads = options.map { $0.name + ($0.value.map { " " + $0 } ?? "") }
        let width = heads.map(\.count).max() ?? 0
        let lines = zip(heads, options).map { head, option in
            "  " + head + String(repeating: " ", count: width + 2 - head.count) + option.help
        }
        return ([summary + ".", "", usage, "", "Options:"] + lines).joined(separator: "\n")
    }
}

/// The words of a command line sorted by the form of its subcommand.
struct ParsedArguments {
    let positionals: [String]
    private let values: [String: [String]]

    init(_ words: [String], form: CommandForm) throws {
        var positionals: [String] = []
        var values: [String: [String]] = [:]
        let hint = "see 'arete \(form.name) --help'"
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if word == "--" {
                positionals += words[index...]
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                positionals.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard
                let option = form.options.first(where: {
                    $0.name == word || $0.name == parts[0] && word.hasPrefix("--")
                })
            else {
                throw UsageError("'\(form.name)' has no option '\(parts[0])'; \(hint)")
            }
            var given: [String] = []
            if option.value == nil {
                guard parts.count == 1 else { throw UsageError("\(option.name) takes no value; \(hint)") }
            } else if parts.count == 2, option.name != word {
                given = [parts[1]]
            } else if option.takesMany {
                while index < words.count, !form.isOption(words[index]) {
                    given.append(words[index])
                    index += 1
                }
            } else if index < words.count {
                given = [words[index]]
                index += 1
            }
            guard option.value == nil || !given.isEmpty else {
                throw UsageError("\(option.name) needs \(option.value ?? "a value"); \(hint)")
            }
            values[option.name, default: []] += given
        }
        guard form.positionalCount.contains(positionals.count) else {
            let wrong = positionals.count < form.positionalCount.lowerBound ? "too few arguments" : "too many arguments"
            throw UsageError("\(wrong): arete \(form.name) \(form.positionals); \(hint)")
        }
        self.positionals = positionals
        self.values = values
    }

    func has(_ option: String) -> Bool { values[option] != nil }
    func all(_ option: String) -> [String] { values[option] ?? [] }
    func last(_ option: String) -> String? { values[option]?.last }

    /// The whole number that `option` gives.
    func integer(_ option: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = last(option) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw UsageError(
                "\(option) must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return value
    }

    /// The number that `option` gives.
    func number(_ option: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = last(option) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw UsageError(
                "\(option) must be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return value
    }
}
