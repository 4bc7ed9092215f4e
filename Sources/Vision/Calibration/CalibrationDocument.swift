// What all calibrations that are kept in files have in common.
import JSON

/// A calibration that a JSON document tells.
public protocol CalibrationDocument {
    /// From the members of an object, all of which are asked for.
    init(_ fields: JSONFields) throws(JSONError)
    var json: JSONValue { get }
}

extension CalibrationDocument {
    /// The calibration in the file at `path`.
    /// - Throws: `CalibrationError.file` when it cannot be read, `.document` naming line and key when it is wrong.
    public static func read(_ path: String) throws(CalibrationError) -> Self {
        try CalibrationFile.read(path) { (bytes, source) throws(CalibrationError) in
            try Self(bytes, source: source)
        }
    }

    /// The calibration in `bytes`, which came from `source`.
    public init(_ bytes: UnsafeRawBufferPointer, source: String) throws(CalibrationError) {
        self = try CalibrationFile.object(bytes, source: source) { (fields) throws(JSONError) in try Self(fields) }
    }
}
