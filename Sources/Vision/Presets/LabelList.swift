import Glibc
import Tensors

/// The names of a model's classes.
enum LabelList {
    private static let mostBytes = 4 << 20
    private static let mostLabels = 100_000

    /// The labels in a file: one a line, or `number name` (`3 bicycle`, `3: bicycle`) on every line, where numbers left out
    /// become `class 2`. Empty lines at the end do not count.
    /// - Throws: `VisionError.file`.
    static func read(_ path: String) throws(VisionError) -> [String] {
        let file: MappedFile
        do throws(TensorError) {
            file = try MappedFile(path: path)
        } catch {
            throw .file(path: path, reason: error.reason)
        }
        guard file.bytes.count <= mostBytes else { throw .file(path: path, reason: "too large for a list of labels") }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw .file(path: path, reason: "the labels are not valid UTF-8")
        }
        guard let labels = parse(text) else {
            throw .file(path: path, reason: "not a list of 1 to \(mostLabels) labels, one a line")
        }
        return labels
    }

    /// `nil` for an empty list and for numbers beyond reason.
    static func parse(_ text: String) -> [String]? {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.trimmed)
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard (1...mostLabels).contains(lines.count) else { return nil }
        let numbered = lines.filter { !$0.isEmpty }.map(numberedLabel)
        guard numbered.allSatisfy({ $0 != nil }) else { return lines.map(String.init) }
        let entries = numbered.compactMap { $0 }
        guard let last = entries.map(\.number).max(), last < mostLabels else { return nil }
        var labels = (0...last).map { fallback($0) }
        for entry in entries { labels[entry.number] = entry.label }
        return labels
    }

    /// What a class is called that has no label.
    static func fallback(_ index: Int) -> String { "class \(index)" }

    private static func numberedLabel(_ line: Substring) -> (number: Int, label: String)? {
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        var rest = line[digits.endIndex...]
        guard let number = Int(digits), number >= 0, let separator = rest.first,
            separator == ":" || separator.isWhitespace
        else { return nil }
        rest = rest.dropFirst().trimmed
        return rest.isEmpty ? nil : (number, String(rest))
    }
}
