// QR and bar codes in pictures.
import CCodes
import Imaging

/// Finds codes: QR, EAN-13, EAN-8, UPC, Code 128, 93 and 39.
public enum CodeReader {
    /// Why this build or this machine cannot read codes; `nil` where it can.
    public static var absence: String? { arete_codes_absence().map { String(cString: $0) } }

    /// Pictures with more pixels are made smaller first, which bounds the time.
    static let mostPixels = 4_000_000

    /// The texts of the codes on a picture, each once, in the order of their letters; none where there is no code, or none can be read.
    /// Complexity: O(pixels), of 4 million at most.
    public static func texts(in picture: Image) throws(ImageError) -> [String] {
        let grey = try bounded(picture.converted(to: .grey))
        var found: Set<String> = []
        withUnsafeMutablePointer(to: &found) { found in
            _ = grey.bytes.withUnsafeBufferPointer { bytes in
                arete_codes_search(
                    bytes.baseAddress, UInt32(grey.width), UInt32(grey.height),
                    { context, text, length in
                        guard let text else { return }
                        let bytes = UnsafeRawBufferPointer(start: text, count: length)
                        context?.assumingMemoryBound(to: Set<String>.self).pointee
                            .insert(String(decoding: bytes, as: UTF8.self))
                    }, found)
            }
        }
        return found.sorted()
    }

    private static func bounded(_ picture: Image) throws(ImageError) -> Image {
        let pixels = picture.width * picture.height
        guard pixels > mostPixels else { return picture }
        let scale = (Double(mostPixels) / Double(pixels)).squareRoot()
        return try picture.resized(
            width: max(1, Int(Double(picture.width) * scale)), height: max(1, Int(Double(picture.height) * scale)))
    }
}
