// Files of planes in and out.
import JSON

extension PlaneCalibration: CalibrationDocument {
    public init(_ fields: JSONFields) throws(JSONError) {
        guard let entries = try fields.numbers("homography", in: -1e12...1e12) else {
            // Both kinds of files lie beside each other, and each has a size and a board.
            guard fields.keys.contains("fx") else { throw fields.missing("homography") }
            throw fields.missing(
                "homography", "is missing: this file tells of a lens; 'arete calibrate --plane' measures a plane")
        }
        guard entries.count == 9 else {
            throw fields.failure("homography", "has \(entries.count) numbers where 9 are needed")
        }
        let rows = (0..<3).map { SIMD3(entries[3 * $0], entries[3 * $0 + 1], entries[3 * $0 + 2]) }
        let told = Homography(rows[0], rows[1], rows[2])
        _ = fields.value("mm_per_pixel")
        width = try fields.required("width", in: Lens.sides)
        height = try fields.required("height", in: Lens.sides)
        lens = try fields.object("lens").map { (fields) throws(JSONError) in
            let lens = try Lens(fields)
            try fields.finish()
            return lens
        }
        let board = try Chessboard(try fields.requiredObject("board"))
        self.board = board
        rms = try fields.required("rms_mm", in: 0...1e6)
        guard told.inverse != nil else { throw fields.failure("homography", "maps all to one line") }
        guard let homography = told.facing(board.outline) else {
            throw fields.failure("homography", "puts the board on the plane's horizon")
        }
        self.homography = homography
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
