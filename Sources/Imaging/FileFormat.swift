// The file formats of pictures, told apart by their first bytes.

/// What a picture file is.
enum FileFormat: String {
    case jpeg = "JPEG"
    case png = "PNG"
    case webp = "WebP"
    case netpbm = "PPM/PGM"

    /// By content, whatever the file is called.
    init?(content: [UInt8]) {
        if content.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if content.count >= 12, content.starts(with: "RIFF".utf8), content[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else if content.count >= 2, content[0] == UInt8(ascii: "P"),
            (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(content[1])
        {
            self = .netpbm
        } else {
            return nil
        }
    }
}
