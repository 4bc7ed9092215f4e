import JSON
import Tensors

extension Preset {
    /// The preset in the file at `path`.
    /// - Throws: `VisionError.file` when it cannot be read, `.preset` naming line and key when it is wrong.
    public static func read(_ path: String) throws(VisionError) -> Preset {
        let file: MappedFile
        do throws(TensorError) {
            file = try MappedFile(path: path)
        } catch {
            throw .file(path: path, reason: error.reason)
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return try read(file.bytes, source: path, folder: folder)
    }

    /// The preset in `bytes`; `source` names it in messages, `folder` (empty, or ending in `/`) is where its label file lies.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, source: String, folder: String
    ) throws(VisionError) -> Preset {
        let fields: JSONFields
        let labels: Labels
        var preset = Preset.classifier
        do throws(JSONError) {
            let document = try JSONReader.read(bytes, source: source, limits: .configuration)
            fields = try JSONFields(document, source: source)
            guard let task = try fields.choice("task", of: Task.self) else {
                throw fields.missing("task", "is missing: detect or classify")
            }
            preset.task = task
            labels = try Labels(fields)
            if let input = try fields.object("input") { preset.input = try InputOptions(input) }
            switch task {
            case .detect: try preset.readDecoder(fields)
            case .classify:
                if let classes = try fields.object("classes") {
                    preset.classification = try ClassificationOptions(classes)
                }
            }
            try fields.finish()
        } catch {
            throw .preset(error)
        }
        switch labels {
        case .none: break
        case .list(let list): preset.labels = list
        case .file(let name): preset.labels = try LabelList.read(folder + name)
        }
        return preset
    }

    private mutating func readDecoder(_ fields: JSONFields) throws(JSONError) {
        guard let block = try fields.object("decoder") else {
            throw fields.missing("decoder", "is missing: a detector needs one")
        }
        guard let kind = try block.string("kind") else {
            throw block.missing("kind", "is missing; known are \(Spelling.list(DecoderKinds.names))")
        }
        guard let decoder = DecoderKinds.named(kind) else {
            throw block.unknown("kind", kind, among: DecoderKinds.names)
        }
        detection = try DetectionOptions(block)
        self.decoder = try decoder.init(block)
        try block.finish()
    }

    private enum Labels {
        case none
        case list([String])
        case file(String)

        init(_ fields: JSONFields) throws(JSONError) {
            guard let value = fields.value("labels") else {
                self = .none
                return
            }
            guard case .string(let name) = value.content else {
                let list = try fields.strings("labels") ?? []
                guard !list.isEmpty else { throw fields.failure("labels", "is empty") }
                self = .list(list)
                return
            }
            // A preset comes with a model from anywhere: it may name what lies beside it, not any file of the machine.
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard !name.isEmpty, !name.hasPrefix("/"), !name.contains("\0"), !parts.contains("..") else {
                throw fields.failure("labels", "must be a file beside the preset; --labels takes one from elsewhere")
            }
            self = .file(name)
        }
    }
}
