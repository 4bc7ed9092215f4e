// Pictures and file bytes the tests of this room share.

import Foundation
import TestSupport

@testable import Imaging

enum Samples {
    /// Random bytes: the hardest picture to get right by accident.
    static func noise(width: Int, height: Int, format: PixelFormat, seed: UInt64 = 1) throws -> Image {
        var random = SplitMix(state: seed)
        let bytes = (0..<width * height * format.channels).map { _ in UInt8.random(in: 0...255, using: &random) }
        return try Image(width: width, height: height, format: format, bytes: bytes)
    }

    /// A smooth picture, which survives JPEG.
    static func gradient(width: Int, height: Int, format: PixelFormat) throws -> Image {
        var image = try Image(width: width, height: height, format: format)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<format.channels {
                    image[x, y, c] = UInt8(min(x * (c + 1) * 40 / width + y * (3 - c % 3) * 50 / height, 255))
                }
            }
        }
        return image
    }

    /// The largest difference of two pictures of the same shape.
    static func largestDifference(_ a: Image, _ b: Image) -> Int {
        guard a.width == b.width, a.height == b.height, a.format == b.format else { return 256 }
        return zip(a.bytes, b.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }

    /// The colour of a pixel.
    static func colour(_ image: Image, _ x: Int, _ y: Int) -> [Int] {
        (0..<image.format.channels).map { Int(image[x, y, $0]) }
    }

    // Four squares of 8 x 8: (200, 30, 40) and (20, 60, 210) above (40, 180, 60) and (230, 220, 40).
    static let quarters = [[200, 30, 40], [20, 60, 210], [40, 180, 60], [230, 220, 40]]

    /// The four colours of a picture laid out like `quarters`.
    static func quarters(of image: Image) -> [[Int]] {
        [colour(image, 2, 2), colour(image, 13, 2), colour(image, 2, 13), colour(image, 13, 13)].map {
            Array($0.prefix(3))
        }
    }

    static func near(_ a: [[Int]], _ b: [[Int]], within tolerance: Int) -> Bool {
        zip(a.joined(), b.joined()).allSatisfy { abs($0 - $1) <= tolerance } && a.joined().count == b.joined().count
    }

    static let progressiveJPEG = bytes(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8X\
        GBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgAR\
        CAAQABADAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABwUG/8QAFgEBAQEAAAAAAAAAAAAAAAAABwgG/9oADAMBAAIQAxAAAAHA59wk\
        0bMidMWaaDRq/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQABBQIf/8QAFBEBAAAAAAAAAAAAAAAAAAAAIP/aAAgBAwEBPwEf/8QAFBEB\
        AAAAAAAAAAAAAAAAAAAAIP/aAAgBAgEBPwEf/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQAGPwIf/8QAFBABAAAAAAAAAAAAAAAAAAAA\
        IP/aAAgBAQABPyEf/9oADAMBAAIAAwAAABCOf//EABQRAQAAAAAAAAAAAAAAAAAAACD/2gAIAQMBAT8QH//EABQRAQAAAAAAAAAAAAAAAAAA\
        ACD/2gAIAQIBAT8QH//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8QH//Z
        """)

    static let cmykJPEG = bytes(
        """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgW\
        FBgSFBUU/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAAB\
        fQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp\
        anN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5\
        +v/aAA4EQwBNAFkASwAAPwD7Ar8+q+FK/VOvwfr1Cv3Gorta/UCvxvor9+69qriaK//Z
        """)

    /// Chroma for each two pixels of a row.
    static let pairedJPEG = bytes(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQ\
        Ew8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAQABAD\
        ASEAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAACAYH/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAcI/8QAHBEA\
        AQQDAQAAAAAAAAAAAAAAAAcIg8NERYLC/9oADAMBAAIRAxEAPwDBEkTW/wCxhtEVxmtmqE6aCB1Exu/ACo9mx2H/2Q==
        """)

    /// Chroma for each four pixels of a row.
    static let fourfoldJPEG = bytes(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQ\
        Ew8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAQABAD\
        AUEAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAgGB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAWAQEBAQAAAAAAAAAAAAAAAAAECAn/xAAf\
        EQAABQQDAAAAAAAAAAAAAAAAAgQHNgOCg7MGNbL/2gAMAwEAAhEDEQA/AOCMkClGkhyPJtODvHNluPTTFOrQBk3zDuq1vgoQ3caTX7Dj/9k=
        """)

    static let lossyWebP = bytes(
        """
        UklGRkoAAABXRUJQVlA4ID4AAADQAQCdASoQABAAAMASJaACdLoB+AADsAD+6Z3/+bf//zni//75zN/52D+3w/q0P/fiL/9x5fMr/NdtGAAA\
        AA==
        """)

    static let losslessWebP = bytes(
        """
        UklGRkQAAABXRUJQVlA4TDgAAAAvD8ADAB8gECBOxKgSK0wh2wiQxLDOH+DlEAgQcrRJUzn/8a2BFgFhttEkJznJe59BRP9D69vgAw==
        """)

    static let alphaWebP = bytes(
        """
        UklGRkgAAABXRUJQVlA4TDwAAAAvD8ADEB8gECBOxKgSK0wh2wiQxLDOH+DlEAgQcrRJUykgITyX5eK7JrQRIMw2muQkJ3nvM4jof2h9G3w=
        """)

    static let turnedWebP = bytes(
        """
        UklGRngAAABXRUJQVlA4WAoAAAAIAAAADwAADwAAVlA4TDgAAAAvD8ADAB8gECBOxKgSK0wh2wiQxLDOH+DlEAgQcrRJUzn/8a2BFgFhttEk\
        JznJe59BRP9D69vgA0VYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=
        """)

    static let animatedWebP = bytes(
        """
        UklGRswAAABXRUJQVlA4WAoAAAACAAAADwAADwAAQU5JTQYAAAAAAAAAAABBTk1GTAAAAAAAAAAAAA8AAA8AAGQAAAJWUDhMNAAAAC8PwAMA\
        HyAQIMYUKVCnUyyYSOyOPVSBAKFXrg4R8x9o5DuAMNtokpM8yb3PIKL/scGndQVBTk1GTAAAAAAAAAAAAA8AAA8AAGQAAABWUDhMNAAAAC8P\
        wAMAHyAQIMYUKVCnUyyYSOyOPVSBAKFXrg4R8x9o5DuAMNtokpOc5L3PIKL/AfVtegk=
        """)

    private static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }

    /// A TIFF block with the orientation as its second entry.
    static func exif(orientation: Int, bigEndian: Bool) -> [UInt8] {
        func short(_ value: Int) -> [UInt8] {
            let bytes = [UInt8(value >> 8 & 255), UInt8(value & 255)]
            return bigEndian ? bytes : bytes.reversed()
        }
        func long(_ value: Int) -> [UInt8] {
            bigEndian ? short(value >> 16) + short(value & 65535) : short(value & 65535) + short(value >> 16)
        }
        let head: [UInt8] = bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
        return head + short(42) + long(8) + short(2)
            + short(0x0100) + short(3) + long(1) + short(77) + short(0)
            + short(0x0112) + short(3) + long(1) + short(orientation) + short(0) + long(0)
    }

    /// A JPEG file with an EXIF segment put in behind its first marker.
    static func jpeg(_ file: [UInt8], withEXIF block: [UInt8]) -> [UInt8] {
        let segment = Array("Exif\0\0".utf8) + block
        let length = segment.count + 2
        let head: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)]
        return Array(file.prefix(2)) + head + segment + Array(file.dropFirst(2))
    }
}
