// Files that posts are read from.
import CGDAL
import Glibc

/// Why posts cannot be read, in a line without the file's name.
struct PostFailure: Error {
    let reason: String
}

/// An open file of posts. For one thread at a time.
protocol PostSource: AnyObject {
    /// Heights of a part that lies inside, row by row; not a number where there is none.
    func posts(row: Int, column: Int, rows: Int, columns: Int) throws(PostFailure) -> [Float]
}

/// What is a height of ground: the lowest is -430 m, and what lies under the sea is kept.
enum PlausibleHeight {
    static let range: ClosedRange<Float> = -12_000...9_000

    static func of(_ value: Float) -> Float { range.contains(value) ? value : .nan }
}

/// A tile as SRTM has it: 16-bit numbers, high byte first, square, the north-western post first.
final class SRTMTile: PostSource {
    private let descriptor: Int32
    private let side: Int

    static let sides = [1201, 3601]
    static let bytesPerPost = 2
    static let void = Int16.min

    /// Posts a side of a file with so many bytes; `nil` for what is no tile.
    static func side(bytes: Int) -> Int? { sides.first { $0 * $0 * bytesPerPost == bytes } }

    static func complaint(bytes: Int) -> String {
        let sizes = sides.map { "\($0 * $0 * bytesPerPost) (\($0) x \($0) posts)" }
        return "has \(bytes) bytes where a tile has \(sizes.joined(separator: " or ")): copy it anew"
    }

    init(path: String, side: Int) throws(PostFailure) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw PostFailure(reason: String(cString: strerror(errno))) }
        self.side = side
    }

    deinit { close(descriptor) }

    func posts(row: Int, column: Int, rows: Int, columns: Int) throws(PostFailure) -> [Float] {
        var heights = [Float](repeating: .nan, count: rows * columns)
        var line = [UInt8](repeating: 0, count: columns * Self.bytesPerPost)
        for step in 0..<rows {
            let place = off_t(((row + step) * side + column) * Self.bytesPerPost)
            var count = -1
            repeat { count = pread(descriptor, &line, line.count, place) } while count < 0 && errno == EINTR
            guard count == line.count else {
                let why = count < 0 ? String(cString: strerror(errno)) : "ends too early: copy it anew"
                throw PostFailure(reason: why)
            }
            for post in 0..<columns {
                let value = Int16(truncatingIfNeeded: Int(line[2 * post]) << 8 | Int(line[2 * post + 1]))
                if value != Self.void { heights[step * columns + post] = PlausibleHeight.of(Float(value)) }
            }
        }
        return heights
    }
}

/// A GeoTIFF of heights.
final class GeoTIFF: PostSource {
    let grid: PostGrid
    private let file: OpaquePointer
    private let form: arete_gdal_form

    init(path: String) throws(PostFailure) {
        var form = arete_gdal_form()
        var error = arete_gdal_error()
        guard let file = arete_gdal_open(path, &form, &error) else { throw PostFailure(reason: error.text) }
        let grid = PostGrid(
            columns: Int(form.columns), rows: Int(form.rows), north: form.north, west: form.west,
            rowStep: form.row_step, columnStep: form.column_step)
        guard let grid else {
            arete_gdal_close(file)
            throw PostFailure(reason: "lies on no part of the earth, or has no posts")
        }
        (self.file, self.form, self.grid) = (file, form, grid)
    }

    deinit { arete_gdal_close(file) }

    func posts(row: Int, column: Int, rows: Int, columns: Int) throws(PostFailure) -> [Float] {
        var heights = [Float](repeating: .nan, count: rows * columns)
        var error = arete_gdal_error()
        let isRead = arete_gdal_read(
            file, Int32(column), Int32(row), Int32(columns), Int32(rows), &heights, &error)
        guard isRead else { throw PostFailure(reason: error.text) }
        let void = form.has_void ? Float(form.void_value) : .nan
        for post in heights.indices {
            let value = heights[post]
            let height = Float(Double(value) * form.scale + form.offset)
            heights[post] = value == void ? .nan : PlausibleHeight.of(height)
        }
        return heights
    }
}

extension arete_gdal_error {
    fileprivate var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
