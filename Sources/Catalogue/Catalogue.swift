// The models that come with arete: what there is, and whether the files are what the index says.
import JSON
import Tensors

/// A folder with `index.json` and one folder for each model.
public struct Catalogue: Sendable {
    public let folder: String
    /// In the order of the index.
    public let entries: [Entry]

    /// Reads `folder/index.json`.
    /// - Throws: `TensorError.file` when it cannot be read, `JSONError` where it is wrong.
    public init(folder: String) throws {
        self.folder = folder
        let path = "\(folder)/index.json"
        let file = try MappedFile(path: path)
        let fields = try JSONFields(try JSONReader.read(file.bytes, source: path), source: path)
        guard case .array(let models)? = fields.value("models")?.content else {
            throw fields.missing("models", "must be an array of objects")
        }
        try fields.finish()
        var entries: [Entry] = []
        var names: Set<String> = []
        for (index, model) in models.enumerated() {
            let entry = try Entry(try JSONFields(model, source: path, path: "models[\(index)]"))
            guard names.insert(entry.id).inserted else {
                throw JSONError(source: path, position: model.position, reason: "there are two models '\(entry.id)'")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// - Throws: `CatalogueError` with the names that there are.
    public func entry(_ id: String) throws(CatalogueError) -> Entry {
        if let entry = entries.first(where: { $0.id == id }) { return entry }
        let names = entries.map(\.id).joined(separator: ", ")
        throw CatalogueError("there is no model '\(id)' in \(folder); there are \(names)")
    }

    /// The path of a model's ONNX file.
    public func modelPath(_ entry: Entry) -> String { "\(folder)/\(entry.id)/\(Entry.modelFile)" }

    /// Checks size and SHA-256 of a model's file, and that of its preset where the index has it. Complexity: O(size).
    /// - Throws: `CatalogueError` naming the model where the file differs, `TensorError.file` where it cannot be read.
    public func verify(_ entry: Entry) throws {
        let path = modelPath(entry)
        let file = try MappedFile(path: path)
        guard file.bytes.count == entry.size else {
            throw CatalogueError(
                "\(entry.id): \(path) has \(file.bytes.count) bytes, not \(entry.size); do not use it, fetch it again")
        }
        try verify(file, at: path, of: entry, sum: entry.sha256)
        if let sum = entry.presetSHA256 {
            let preset = "\(folder)/\(entry.id)/\(Entry.presetFile)"
            try verify(try MappedFile(path: preset), at: preset, of: entry, sum: sum)
        }
    }

    private func verify(
        _ file: MappedFile, at path: String, of entry: Entry, sum wanted: String
    ) throws(CatalogueError) {
        let sum = Digest.sha256(file)
        guard sum == wanted else {
            throw CatalogueError(
                "\(entry.id): the SHA-256 of \(path) is \(sum), not \(wanted); do not use it, fetch it again")
        }
    }

    /// The text of a model's card.
    /// - Throws: `TensorError.file` where it cannot be read, `CatalogueError` where it is no text.
    public func card(_ entry: Entry) throws -> String {
        let path = "\(folder)/\(entry.id)/\(Entry.cardFile)"
        let file = try MappedFile(path: path)
        guard file.bytes.count <= Self.longestCard, let text = String(validating: file.bytes, as: UTF8.self) else {
            throw CatalogueError("\(path) is no text in UTF-8 of at most \(Self.longestCard) bytes")
        }
        return text
    }

    private static let longestCard = 1 << 20
}
