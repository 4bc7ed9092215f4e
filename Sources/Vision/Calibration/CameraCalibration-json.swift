// camera.json in and out.
import JSON

extension CameraCalibration: CalibrationDocument {
    public init(_ fields: JSONFields) throws(JSONError) {
        width = try fields.required("width", in: Lens.sides)
        height = try fields.required("height", in: Lens.sides)
        lens = try Lens(fields)
        deviations = try fields.required("sigma", count: 9, in: 0...1e12)
        rms = try fields.required("rms_px", in: 0...1e6)
        views = try fields.required("views", in: 1...1_000_000)
        board = try Chessboard(try fields.requiredObject("board"))
        coverage = try fields.required("coverage", in: 0...1)
        boresight = try fields.object("boresight").map { (fields) throws(JSONError) in try Boresight(fields) }
    }

    public var json: JSONValue {
        var members = [JSONMember("width", JSONValue(width)), JSONMember("height", JSONValue(height))]
        members += lens.members
        members += [
            JSONMember("sigma", JSONValue(deviations.map { JSONValue($0) })),
            JSONMember("rms_px", JSONValue(rms)), JSONMember("views", JSONValue(views)),
            JSONMember("board", board.json), JSONMember("coverage", JSONValue(coverage)),
        ]
        if let boresight { members.append(JSONMember("boresight", boresight.json)) }
        return JSONValue(.object(members))
    }
}

extension Chessboard {
    init(_ fields: JSONFields) throws(JSONError) {
        let (columns, rows) = (
            try fields.required("columns", in: Self.sides), try fields.required("rows", in: Self.sides)
        )
        let square = try fields.required("square_mm", in: Self.squares)
        guard let board = Chessboard(columns: columns, rows: rows, square: square) else {
            throw fields.missing("columns", "fits no board")
        }
        self = board
        try fields.finish()
    }

    var json: JSONValue {
        ["columns": JSONValue(columns), "rows": JSONValue(rows), "square_mm": JSONValue(square)]
    }
}

extension Boresight {
    init(_ fields: JSONFields) throws(JSONError) {
        roll = try fields.required("roll", in: -180...180)
        pitch = try fields.required("pitch", in: -90...90)
        yaw = try fields.required("yaw", in: -180...180)
        deviations = try fields.required("sigma", count: 3, in: 0...1e6)
        rms = try fields.required("rms_deg", in: 0...180)
        observations = try fields.required("observations", in: 1...1_000_000)
        try fields.finish()
    }

    var json: JSONValue {
        [
            "roll": JSONValue(roll), "pitch": JSONValue(pitch), "yaw": JSONValue(yaw),
            "sigma": JSONValue(deviations.map { JSONValue($0) }), "rms_deg": JSONValue(rms),
            "observations": JSONValue(observations),
        ]
    }
}
