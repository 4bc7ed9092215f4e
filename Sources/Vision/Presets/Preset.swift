import JSON

/// What has to be known of a model beyond the model: its task, labels, input and outputs. See docs/presets.md.
public struct Preset: Sendable {
    public enum Task: String, CaseIterable, Sendable { case detect, classify }

    public var task: Task
    /// One name for each class; empty where none are known.
    public var labels: [String]
    public var input: InputOptions
    public var detection: DetectionOptions
    public var classification: ClassificationOptions
    /// What turns a detector's outputs into boxes; `nil` for a classifier.
    var decoder: (any DecoderOptions)?

    /// A preset of nothing but defaults for a classifier.
    public static let classifier = Preset(
        task: .classify, labels: [], input: InputOptions(), detection: DetectionOptions(),
        classification: ClassificationOptions(), decoder: nil)

    /// A preset of nothing but the defaults of a decoder, as `--decoder KIND` asks for.
    /// - Throws: `VisionError.decoder` when there is none of this kind, listing those there are.
    public static func detector(kind: String) throws(VisionError) -> Preset {
        guard let decoder = DecoderKinds.named(kind) else {
            let hint = Spelling.suggestion(for: kind, among: DecoderKinds.names).map { " (did you mean \($0)?)" } ?? ""
            throw .decoder(kind: kind, reason: "not known\(hint); known are \(Spelling.list(DecoderKinds.names))")
        }
        var preset = Preset.classifier
        preset.task = .detect
        do throws(JSONError) {
            preset.decoder = try decoder.init(JSONFields([:], source: "--decoder"))
        } catch {
            throw .preset(error)
        }
        return preset
    }

    /// The names of all decoders.
    public static var decoderKinds: [String] { DecoderKinds.names }

    /// What a class is called: its label, or `class 17` where there is none.
    public func label(_ index: Int) -> String {
        labels.indices.contains(index) ? labels[index] : LabelList.fallback(index)
    }

    /// Takes the labels from a file, as `--labels FILE` asks for.
    /// - Throws: `VisionError.file`.
    public mutating func readLabels(from path: String) throws(VisionError) {
        labels = try LabelList.read(path)
    }
}
