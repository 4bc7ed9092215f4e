/// Why a .tflite file cannot be read: one line, worded for the person who has the file.
public struct TFLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

extension String {
    /// Text from a file, UTF-8, made fit for a message of one line: control characters become `?`.
    init(singleLine bytes: UnsafeRawBufferPointer) {
        let text = bytes.bindMemory(to: UInt8.self)
        self.init(decoding: text, as: UTF8.self)
        // Models have thousands of names: only those with a byte of a control character are looked at closely.
        var found: UInt8 = 0
        for position in 0..<text.count {
            let byte = text[position]
            found |= (byte < 0x20 ? 1 : 0) | (byte == 0x7f ? 1 : 0) | (byte == 0xc2 ? 1 : 0)
        }
        guard found != 0 else { return }
        self = String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "?" : $0 }))
    }
}

extension Unicode.Scalar {
    /// Whether this is one of Unicode's 65 control characters.
    fileprivate var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }
}
