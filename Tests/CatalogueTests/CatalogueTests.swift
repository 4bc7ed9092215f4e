import Foundation
import Testing

@testable import Catalogue

@Suite struct CatalogueTests {
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private func index(id: String = "one", size: Int = 3, sum: String = abc, more: String = "") -> String {
        """
        {"models": [{"id": "\(id)", "version": "1.0", "task": "detect", "size": \(size), "sha256": "\(sum)",
          "licence": "CC0", "sharing": "Anyone."}\(more)]}
        """
    }

    /// Runs `body` with a folder that holds `index` and, in `one`, a model of the bytes `abc`.
    private func withFolder(_ index: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("catalogue-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("one"), withIntermediateDirectories: true)
        try index.write(to: folder.appendingPathComponent("index.json"), atomically: true, encoding: .utf8)
        try "abc".write(to: folder.appendingPathComponent("one/model.onnx"), atomically: true, encoding: .utf8)
        try "# One\n".write(to: folder.appendingPathComponent("one/card.md"), atomically: true, encoding: .utf8)
        try body(folder.path)
    }

    private func failure(_ work: () throws -> Void) -> String {
        do { try work() } catch { return "\(error)" }
        return ""
    }

    @Test("a model whose bytes are what the index says is intact, and its card is shown")
    func intact() throws {
        try withFolder(index()) { folder in
            let catalogue = try Catalogue(folder: folder)
            let entry = try catalogue.entry("one")
            try catalogue.verify(entry)
            #expect(try catalogue.card(entry) == "# One\n")
        }
    }

    @Test("a model with another sum or another size is refused by name")
    func damaged() throws {
        let other = String(Self.abc.reversed())
        for (index, word) in [(index(sum: other), "SHA-256"), (index(size: 4), "3 bytes")] {
            try withFolder(index) { folder in
                let catalogue = try Catalogue(folder: folder)
                let message = failure { try catalogue.verify(catalogue.entries[0]) }
                #expect(message.hasPrefix("one: ") && message.contains(word), "\(message)")
            }
        }
    }

    @Test("another preset than the one of the index is refused as another model is")
    func otherPreset() throws {
        let text = index().replacingOccurrences(
            of: "\"licence\"", with: "\"preset_sha256\": \"\(Self.abc)\", \"licence\"")
        try withFolder(text) { folder in
            let catalogue = try Catalogue(folder: folder)
            #expect(failure { try catalogue.verify(catalogue.entries[0]) } != "")
            for (content, word) in [("abc", ""), ("abd", "SHA-256")] {
                try content.write(toFile: folder + "/one/preset.json", atomically: true, encoding: .utf8)
                let message = failure { try catalogue.verify(catalogue.entries[0]) }
                #expect(word.isEmpty ? message.isEmpty : message.contains(word), "\(content): \(message)")
            }
        }
    }

    @Test(
        "names that lead out of the folder, sums that are none and unknown keys are refused",
        arguments: [
            ("../one", "\"models[0].id\""), ("", "id"), (".hidden", "id"), ("a/b", "id"),
        ])
    func names(id: String, word: String) throws {
        try withFolder(index(id: id)) { folder in
            let message = failure { _ = try Catalogue(folder: folder) }
            #expect(message.contains(word), "\(message)")
        }
    }

    @Test("a sum in capitals, a model named twice and an index without models are refused")
    func index() throws {
        let twice = ", " + index().dropFirst(12).dropLast(2)
        for text in [index(sum: Self.abc.uppercased()), index(more: twice), "{}", "[]"] {
            try withFolder(text) { folder in
                #expect(failure { _ = try Catalogue(folder: folder) } != "", "\(text)")
            }
        }
    }

    @Test("the models of this repository are what their index says, and each has a card")
    func shipped() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let catalogue = try Catalogue(folder: root.appendingPathComponent("Models").path)
        #expect(!catalogue.entries.isEmpty)
        for entry in catalogue.entries {
            try catalogue.verify(entry)
            #expect(try catalogue.card(entry).hasPrefix("# \(entry.id)\n"))
        }
    }
}
