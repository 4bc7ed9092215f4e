import Glibc

/// Finds the preset that lies beside a model.
public enum PresetLocator {
    /// Where the preset of the model at `path` is looked for, in this order: `NAME.preset.json` beside `NAME.tflite` or
    /// `NAME.onnx`, `NAME.tflite.preset.json`, and `preset.json` in the model's folder.
    public static func candidates(forModel path: String) -> [String] {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let name = path.dropFirst(folder.count)
        let stem = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : String(name[..<$0]) }
        var candidates = [path + ".preset.json", folder + "preset.json"]
        if let stem { candidates.insert(folder + stem + ".preset.json", at: 0) }
        return candidates
    }

    /// The preset of the model at `path`; `nil` where none lies beside it. The first that exists counts, even where it is wrong.
    /// - Throws: `VisionError` when it cannot be read.
    public static func preset(forModel path: String) throws(VisionError) -> Preset? {
        for candidate in candidates(forModel: path) where access(candidate, F_OK) == 0 {
            return try Preset.read(candidate)
        }
        return nil
    }
}
