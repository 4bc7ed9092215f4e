// Which part it is.
import Capture
import Codes
import Imaging
import Tensors

/// What is told of a part's serial.
struct PartSerial {
    /// Empty where it is not known.
    var text: String
    /// Why it is not known.
    var fault: String?
}

/// Finds the serials of parts. For one thread at a time.
final class SerialReader {
    private let source: InspectionConfiguration.Serial
    private let decoder = FrameDecoder()

    private static let longest = 256

    /// - Throws: `PipelineError` where this build or this machine cannot read codes that are wanted.
    init(_ source: InspectionConfiguration.Serial) throws(PipelineError) {
        try Self.check(source)
        self.source = source
    }

    /// - Throws: `PipelineError` where this build or this machine cannot read codes that are wanted.
    static func check(_ source: InspectionConfiguration.Serial) throws(PipelineError) {
        guard case .code(_, let format) = source, let absence = CodeReader.absence(of: format) else { return }
        throw .system("serial: \(absence)")
    }

    /// - Parameter picture: the frame that shows the part, where there is one.
    /// - Throws: `SinkFailure` when a file cannot be read.
    func serial(of part: Part, on picture: Frame?) throws(SinkFailure) -> PartSerial {
        switch source {
        case .counter(let prefix): return PartSerial(text: prefix + String(part.number))
        case .file(let path):
            do throws(TensorError) {
                let file = try MappedFile(path: path)
                return PartSerial(text: Self.line(String(decoding: file.bytes.prefix(Self.longest), as: UTF8.self)))
            } catch {
                throw SinkFailure(description: "\(path): \(error.reason)")
            }
        case .code(let prefix, let format):
            guard let picture else { return PartSerial(text: "", fault: "no picture") }
            return code(prefix, format, on: picture)
        }
    }

    private func code(_ prefix: String, _ format: CodeFormat?, on frame: Frame) -> PartSerial {
        let texts: [String]
        do {
            texts = try decoder.withPicture(of: frame) { picture, _ in
                try CodeReader.texts(in: Image(picture), format: format)
            }.filter { $0.hasPrefix(prefix) }
        } catch {
            return PartSerial(text: "", fault: "no picture: \(error)")
        }
        switch texts.count {
        case 0: return PartSerial(text: "", fault: "no code")
        case 1: return PartSerial(text: Self.line(String(texts[0].prefix(Self.longest))))
        default: return PartSerial(text: "", fault: "\(texts.count) codes")
        }
    }

    /// The first line without blanks around it.
    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        let start = line.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
