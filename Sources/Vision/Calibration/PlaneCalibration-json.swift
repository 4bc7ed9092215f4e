// Files of planes in and out.
import JSON

extension PlaneCalibration {
    /// The plane in the file at `path`.
    /// - Throws: `CalibrationError.file` when it cannot be read, `.document` naming line and key when it is wrong.
    public static func read(_ path: String) throws(CalibrationError) -> PlaneCalibration {
        try CalibrationFile.read(path) { (bytes, source) throws(CalibrationError) in
            try PlaneCalibration(bytes, source: source)
        }
    }

    /// The plane in `bytes`, which came from `source`.
    public init(_ bytes: UnsafeRawBufferPointer, source: String) throws(CalibrationError) {
        self = try CalibrationFile.object(bytes, source: source) { (fields) throws(JSONError) in
            let entries = try fields.required("homography", count: 9, in: -1e12...1e12)
            let rows = (0..<3).map { SIMD3(entries[3 * $0], entries[3 * $0 + 1], entries[3 * $0 + 2]) }
            let homography = Homography(rows[0], rows[1], rows[2])
            guard homography.inverse != nil else { throw fields.failure("homography", "maps all to one line") }
            _ = fields.value("mm_per_pixel")
            return PlaneCalibration(
                width: try fields.required("width", in: Lens.sides),
                height: try fields.required("height", in: Lens.sides),
                homography: homography,
                lens: try fields.object("lens").map { (fields) throws(JSONError) in
                    let lens = try Lens(fields)
                    try fields.finish()
                    return lens
                },
                board: try Chessboard(try fields.requiredObject("board")),
                rms: try fields.required("rms_mm", in: 0...1e6))
        }
    }

    public var json: JSONValue {
        let entries = homography.rows.flatMap { [$0.x, $0.y, $0.z] }
        var members = [
            JSONMember("width", JSONValue(width)), JSONMember("height", JSONValue(height)),
            JSONMember("homography", JSONValue(entries.map { JSONValue($0) })),
            JSONMember("rms_mm", JSONValue(rms)), JSONMember("board", board.json),
        ]
        // For people; what is read again is the homography.
        let middle = SIMD2(Double(width - 1) / 2, Double(height - 1) / 2)
        if let size = millimetresPerPixel(at: middle) { members.append(JSONMember("mm_per_pixel", JSONValue(size))) }
        if let lens { members.append(JSONMember("lens", JSONValue(.object(lens.members)))) }
        return JSONValue(.object(members))
    }
}
