// GeoTIFFs, written by tests.
import CGDAL
import Foundation

@testable import Terrain

/// An uncompressed GeoTIFF of heights in one strip a row.
struct DrawnGeoTIFF {
    var columns = 40
    var rows = 30
    /// Of the first post.
    var north = 46.0
    var west = 8.0
    var step = 1 / 3600.0
    /// 2: degrees, 1: a projection.
    var model: UInt16 = 2
    /// Samples of a post, all the same, and bits of each.
    var bands = 1
    var bits = 16
    /// As TIFF counts them: 2: with a sign, 5: complex; 1: grey, 2: red, green and blue, 3: a palette.
    var kind = 2
    var colours = 1
    var heights: (Int, Int) -> Int16 = { row, column in Int16(1000 + 10 * row + column) }

    static var hasGDAL: Bool { arete_gdal_absence() == nil }

    var bytes: [UInt8] {
        var pixels: [UInt8] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let sample = Self.little(Int(heights(row, column)), bits / 8)
                for _ in 0..<bands { pixels += sample }
            }
        }
        let scale = Self.doubles([step, step, 0])
        let point = Self.doubles([0, 0, 0, west, north, 0])
        let system: [UInt16] = model == 2 ? [2048, 0, 1, 4326] : [3072, 0, 1, 32632]
        let keys: [UInt16] = [1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 2] + system
        let keyBytes = keys.flatMap { Self.little($0, 2) }
        let void = Array("-32768".utf8) + [0]
        let rowBytes = columns * bands * bits / 8
        let strips = (0..<rows).flatMap { Self.little(UInt32(8 + $0 * rowBytes), 4) }
        let counts = (0..<rows).flatMap { _ in Self.little(UInt32(rowBytes), 4) }
        var data = pixels
        func place(_ bytes: [UInt8]) -> UInt32 {
            let at = UInt32(8 + data.count)
            data += bytes + (bytes.count.isMultiple(of: 2) ? [] : [0])
            return at
        }
        var tags: [(UInt16, UInt16, UInt32, UInt32)] = [
            (256, 4, 1, UInt32(columns)), (257, 4, 1, UInt32(rows)),
        ]
        func ofEachBand(_ number: Int) -> UInt32 {
            bands == 1 ? UInt32(number) : place((0..<bands).flatMap { _ in Self.little(number, 2) })
        }
        tags += [(258, 3, UInt32(bands), ofEachBand(bits)), (259, 3, 1, 1), (262, 3, 1, UInt32(colours))]
        tags.append((273, 4, UInt32(rows), place(strips)))
        tags += [(277, 3, 1, UInt32(bands)), (278, 4, 1, 1)]
        tags.append((279, 4, UInt32(rows), place(counts)))
        if colours == 3 {
            let count = 3 << bits
            tags.append((320, 3, UInt32(count), place([UInt8](repeating: 7, count: 2 * count))))
        }
        tags.append((339, 3, UInt32(bands), ofEachBand(kind)))
        tags.append((33550, 12, 3, place(scale)))
        tags.append((33922, 12, 6, place(point)))
        tags.append((34735, 3, UInt32(keys.count), place(keyBytes)))
        tags.append((42113, 2, UInt32(void.count), place(void)))
        var directory = Self.little(UInt16(tags.count), 2)
        for tag in tags {
            directory += Self.little(tag.0, 2) + Self.little(tag.1, 2) + Self.little(tag.2, 4)
            directory += Self.little(tag.3, 4)
        }
        let head = Array("II".utf8) + Self.little(UInt16(42), 2) + Self.little(UInt32(8 + data.count), 4)
        return head + data + directory + [0, 0, 0, 0]
    }

    private static func little(_ number: some BinaryInteger, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func doubles(_ numbers: [Double]) -> [UInt8] { numbers.flatMap { little($0.bitPattern, 8) } }
}
