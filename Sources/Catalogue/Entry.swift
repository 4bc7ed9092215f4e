// One model of the catalogue.
import JSON

/// What the index says of a model.
public struct Entry: Sendable {
    /// The model's name and its folder's.
    public let id: String
    public let version: String
    /// What it is for: `detect`, `classify`.
    public let task: String
    /// Bytes of `model.onnx`.
    public let size: Int
    /// Of `model.onnx`, in 64 lower-case hexadecimal digits.
    public let sha256: String
    /// Of `preset.json`, likewise; `nil` where the index does not say.
    public let presetSHA256: String?
    /// Whose terms the weights stand under, in a few words.
    public let licence: String
    /// Who may be given the file, in a sentence.
    public let sharing: String

    public static let modelFile = "model.onnx"
    public static let presetFile = "preset.json"
    public static let cardFile = "card.md"

    init(_ fields: JSONFields) throws(JSONError) {
        func text(_ key: String) throws(JSONError) -> String {
            guard let text = try fields.string(key), !text.isEmpty else { throw fields.missing(key) }
            return text
        }
        id = try text("id")
        // It names a folder: nothing that leads elsewhere.
        guard id.utf8.allSatisfy(Self.isPlain), id.utf8.first != UInt8(ascii: ".") else {
            throw fields.failure("id", "may hold letters, digits, '-', '_' and '.', and none of the last first")
        }
        version = try text("version")
        task = try text("task")
        guard let size = try fields.integer("size", in: 1...(1 << 40)) else { throw fields.missing("size") }
        self.size = size
        sha256 = try text("sha256")
        presetSHA256 = try fields.string("preset_sha256")
        for (key, sum) in [("sha256", sha256), ("preset_sha256", presetSHA256)] {
            guard let sum else { continue }
            guard sum.utf8.count == 64, sum.utf8.allSatisfy(Self.isDigit) else {
                throw fields.failure(key, "must be 64 lower-case hexadecimal digits")
            }
        }
        licence = try text("licence")
        sharing = try text("sharing")
        try fields.finish()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
