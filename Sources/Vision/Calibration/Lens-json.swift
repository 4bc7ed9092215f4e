// Lenses inside documents.
import JSON

extension Lens {
    static let sides = 1...65_536
    private static let lengths = 1e-3...1e7
    private static let shifts = -1e7...1e7

    /// From an object that may say more.
    init(_ fields: JSONFields) throws(JSONError) {
        self.init(
            fx: try fields.required("fx", in: Self.lengths), fy: try fields.required("fy", in: Self.lengths),
            cx: try fields.required("cx", in: Self.shifts), cy: try fields.required("cy", in: Self.shifts),
            distortion: try fields.required("distortion", count: 5, in: Self.shifts))
    }

    var members: [JSONMember] {
        [
            JSONMember("fx", JSONValue(fx)), JSONMember("fy", JSONValue(fy)),
            JSONMember("cx", JSONValue(cx)), JSONMember("cy", JSONValue(cy)),
            JSONMember("distortion", JSONValue(distortion.map { JSONValue($0) })),
        ]
    }
}
