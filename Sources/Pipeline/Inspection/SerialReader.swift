// Which part it is.
import Capture
import Codes
import Glibc
import Imaging

/// What is told of a part's serial.
struct PartSerial {
    /// Empty where it is not known.
    var text: String
    /// Why it is not known.
    var fault: String?
}

/// Finds the serials of parts. For one thread at a time, where nothing else is said.
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

    /// What is known of a part's serial when it gets its verdict; `nil` where it stands on the picture.
    ///
    /// From any thread.
    func known(of part: Part) -> Result<String, SinkFailure>? {
        switch source {
        case .counter(let prefix): return .success(prefix + String(part.number))
        case .file(let path):
            return Self.start(of: path).map { Self.line(String(decoding: $0, as: UTF8.self)) }
        case .code: return nil
        }
    }

    /// The code on a part's picture.
    ///
    /// - Throws: `SinkFailure` when it cannot be searched.
    func serial(on picture: Frame) throws(SinkFailure) -> PartSerial {
        guard case .code(let prefix, let format) = source else { return PartSerial(text: "") }
        let found: CodesFound
        do {
            found = try decoder.withPicture(of: picture) { picture, _ in
                try CodeReader.search(Image(picture), format: format)
            }
        } catch {
            throw SinkFailure(description: "\(error)")
        }
        let texts = found.texts.filter { $0.hasPrefix(prefix) }
        switch texts.count {
        case 0: return PartSerial(text: "", fault: found.isComplete ? "no code" : "no code in the time there is")
        case 1: return PartSerial(text: Self.line(String(texts[0].prefix(Self.longest))))
        default: return PartSerial(text: "", fault: "\(texts.count) codes")
        }
    }

    /// The first bytes of a file that somebody else may be writing, a pipe that nobody writes among them.
    private static func start(of path: String) -> Result<[UInt8], SinkFailure> {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        var bytes = [UInt8](repeating: 0, count: longest)
        let count = file >= 0 ? read(file, &bytes, longest) : -1
        let reason = String(cString: strerror(errno))
        if file >= 0 { close(file) }
        return count >= 0 ? .success(Array(bytes[..<count])) : .failure(SinkFailure(description: "\(path): \(reason)"))
    }

    /// The first line without blanks around it.
    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        let start = line.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
