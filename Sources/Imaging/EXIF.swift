// Finds the orientation in EXIF data: the one tag of them that changes what a model sees.

/// Reads EXIF's TIFF structure. Anything odd in it means "no orientation": metadata never make a picture unreadable.
enum EXIF {
    private static let orientationTag: UInt16 = 0x0112
    private static let shortType: UInt16 = 3

    /// The orientation in a TIFF block (what follows `Exif\0\0` in JPEG; the whole chunk in PNG and WebP).
    static func orientation(inTIFF block: ArraySlice<UInt8>) -> Orientation? {
        let data = ByteReader(block)
        let bigEndian: Bool
        switch (data.byte(at: 0), data.byte(at: 1)) {
        case (0x49, 0x49): bigEndian = false
        case (0x4D, 0x4D): bigEndian = true
        default: return nil
        }
        guard data.uint16(at: 2, bigEndian: bigEndian) == 42, let start = data.uint32(at: 4, bigEndian: bigEndian),
            let entries = data.uint16(at: Int(start), bigEndian: bigEndian)
        else { return nil }
        // Only the first directory is looked at, and at most 65,535 entries of it: no chain to be led round in.
        for entry in 0..<Int(entries) {
            let at = Int(start) + 2 + entry * 12
            guard let tag = data.uint16(at: at, bigEndian: bigEndian) else { return nil }
            if tag != orientationTag { continue }
            guard data.uint16(at: at + 2, bigEndian: bigEndian) == shortType,
                data.uint32(at: at + 4, bigEndian: bigEndian) == 1,
                let value = data.uint16(at: at + 8, bigEndian: bigEndian)
            else { return nil }
            return Orientation(rawValue: Int(value))
        }
        return nil
    }

    /// The orientation in a JPEG file's first EXIF segment.
    static func orientation(inJPEG file: [UInt8]) -> Orientation? {
        let data = ByteReader(file[...])
        var at = 2
        // Segments up to the start of the scan: each is at least four bytes long, so this ends.
        while data.byte(at: at) == 0xFF, let marker = data.byte(at: at + 1) {
            if marker == 0xFF {
                at += 1
                continue
            }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                at += 2
                continue
            }
            guard marker != 0xDA, marker != 0xD9, let length = data.uint16(at: at + 2, bigEndian: true), length >= 2
            else {
                return nil
            }
            let segment = data.slice(from: at + 4, count: Int(length) - 2)
            if marker == 0xE1, let segment, segment.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
                return orientation(inTIFF: segment.dropFirst(6))
            }
            at += 2 + Int(length)
        }
        return nil
    }

    /// The orientation in a PNG file's `eXIf` chunk.
    static func orientation(inPNG file: [UInt8]) -> Orientation? {
        let data = ByteReader(file[...])
        var at = 8
        while let length = data.uint32(at: at, bigEndian: true), let name = data.slice(from: at + 4, count: 4) {
            if name.elementsEqual("eXIf".utf8) {
                return data.slice(from: at + 8, count: Int(length)).flatMap { orientation(inTIFF: $0) }
            }
            at += 12 + Int(length)
        }
        return nil
    }

    /// The orientation in a WebP file's `EXIF` chunk.
    static func orientation(inWebP file: [UInt8]) -> Orientation? {
        let data = ByteReader(file[...])
        var at = 12
        while let name = data.slice(from: at, count: 4), let length = data.uint32(at: at + 4, bigEndian: false) {
            if name.elementsEqual("EXIF".utf8) {
                guard let chunk = data.slice(from: at + 8, count: Int(length)) else { return nil }
                // Some writers keep JPEG's prefix.
                let prefixed = chunk.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0])
                return orientation(inTIFF: prefixed ? chunk.dropFirst(6) : chunk)
            }
            at += 8 + Int(length) + Int(length & 1)
        }
        return nil
    }
}
