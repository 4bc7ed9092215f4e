// Codes in pictures.
import CCodes
import Imaging

/// Finds codes: QR and bar codes by ZBar, DataMatrix by libdmtx.
public enum CodeReader {
    /// Pictures with more pixels are made smaller first, which bounds the time.
    static let mostPixels = 4_000_000

    /// Milliseconds that a search for DataMatrix codes takes at most; half a second more for the code that was begun last.
    static let matrixPatience: Int32 = 500

    /// Searches a picture.
    ///
    /// Complexity: O(pixels), of 4 million at most; for DataMatrix codes it is the time that is bounded.
    ///
    /// - Parameter format: the only kind that counts; `nil`: QR and bar codes.
    /// - Throws: `CodeError` where the picture could not be searched.
    public static func search(_ picture: Image, format: CodeFormat? = nil) throws(CodeError) -> CodesFound {
        let grey: Image
        do { grey = try bounded(picture.converted(to: .grey)) } catch { throw .picture(error) }
        let (width, height) = (UInt32(grey.width), UInt32(grey.height))
        var texts: Set<String> = []
        let status = withUnsafeMutablePointer(to: &texts) { texts in
            grey.bytes.withUnsafeBufferPointer { bytes in
                switch format {
                case .datamatrix:
                    arete_matrix_search(bytes.baseAddress, width, height, matrixPatience, insert, texts)
                case .bar, .qr, nil:
                    arete_codes_search(bytes.baseAddress, width, height, kinds(format), insert, texts)
                }
            }
        }
        switch status {
        case ARETE_CODES_OK, ARETE_CODES_CUT_SHORT:
            return CodesFound(texts: texts.sorted(), isComplete: status == ARETE_CODES_OK)
        case ARETE_CODES_ABSENT: throw .absent(absence(of: format) ?? "")
        default: throw .noMemory
        }
    }

    /// Searches a picture, and where that finds nothing, what is made of it by halves, thirds and quarters: the noise
    /// of dim photographs is less there.
    ///
    /// Complexity and errors: as `search`.
    public static func searchSizes(_ picture: Image, format: CodeFormat? = nil) throws(CodeError) -> CodesFound {
        var found = try search(picture, format: format)
        for part in 2...4 where found.texts.isEmpty {
            let smaller: Image
            do {
                smaller = try picture.resized(
                    width: max(picture.width / part, 1), height: max(picture.height / part, 1))
            } catch { throw .picture(error) }
            found = try search(smaller, format: format)
        }
        return found
    }

    private static func kinds(_ format: CodeFormat?) -> UInt32 {
        switch format {
        case .bar: UInt32(ARETE_CODES_BAR)
        case .qr: UInt32(ARETE_CODES_QR)
        case .datamatrix, nil: UInt32(ARETE_CODES_BAR | ARETE_CODES_QR)
        }
    }

    private static let insert: arete_codes_found = { context, text, length in
        guard let text else { return }
        let bytes = UnsafeRawBufferPointer(start: text, count: length)
        context?.assumingMemoryBound(to: Set<String>.self).pointee.insert(String(decoding: bytes, as: UTF8.self))
    }

    private static func bounded(_ picture: Image) throws(ImageError) -> Image {
        let pixels = picture.width * picture.height
        guard pixels > mostPixels else { return picture }
        let scale = (Double(mostPixels) / Double(pixels)).squareRoot()
        return try picture.resized(
            width: max(1, Int(Double(picture.width) * scale)), height: max(1, Int(Double(picture.height) * scale)))
    }
}

/// The codes on a picture.
public struct CodesFound: Hashable, Sendable {
    /// Each once, in the order of their letters.
    public var texts: [String]
    /// Whether the whole picture was searched: not where time ran out.
    public var isComplete: Bool
}

/// Why a picture was not searched.
public enum CodeError: Error, CustomStringConvertible {
    case picture(ImageError)
    /// The library is not there.
    case absent(String)
    case noMemory
    /// No code holds such a text.
    case tooLong

    public var description: String {
        switch self {
        case .picture(let error): "no picture: \(error)"
        case .absent(let reason): reason
        case .noMemory: "no memory to search a picture for codes, or no process"
        case .tooLong: "the text is too long for a code"
        }
    }
}
