import Foundation
import Testing

@testable import Vision

@Suite struct DocumentedPresetTests {
    @Test("every preset in the documentation is one")
    func documented() throws {
        let page = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/presets.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let blocks = lines.split { !$0.hasPrefix("    ") }.map { $0.joined(separator: "\n") }
        for block in blocks {
            // The label files that examples name are not there.
            let text = block.replacing(#/"labels": "\w+\.txt"/#, with: #""labels": ["a"]"#)
            #expect(throws: Never.self, "\(block)") { try preset(text) }
        }
        #expect(blocks.count > 10)
    }
}
