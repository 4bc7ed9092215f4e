// Codes in pictures.
import CCodes
import Imaging

/// Finds codes: QR and bar codes by ZBar, DataMatrix by libdmtx.
public enum CodeReader {
    /// Pictures with more pixels are made smaller first, which bounds the time.
    static let mostPixels = 4_000_000

    /// Milliseconds that a search for DataMatrix codes takes at most; half a second more for the code that was begun last.
    static let matrixPatience: Int32 = 500

    /// The texts of the codes on a picture, each once, in the order of their letters; none where there is no code, or none can be read.
    /// Complexity: O(pixels), of 4 million at most; for DataMatrix codes it is the time that is bounded.
    ///
    /// - Parameter format: the only kind that counts; `nil`: QR and bar codes.
    public static func texts(in picture: Image, format: CodeFormat? = nil) throws(ImageError) -> [String] {
        let grey = try bounded(picture.converted(to: .grey))
        let (width, height) = (UInt32(grey.width), UInt32(grey.height))
        var found: Set<String> = []
        withUnsafeMutablePointer(to: &found) { found in
            _ = grey.bytes.withUnsafeBufferPointer { bytes in
                switch format {
                case .datamatrix:
                    arete_matrix_search(bytes.baseAddress, width, height, matrixPatience, insert, found)
                case .bar, .qr, nil:
                    arete_codes_search(bytes.baseAddress, width, height, kinds(format), insert, found)
                }
            }
        }
        return found.sorted()
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
