// Files of calibrations in and out.
import JSON
import Tensors

enum CalibrationFile {
    /// Reads the document at `path` with `read`, whose errors name key and line.
    static func read<Content>(
        _ path: String, _ read: (UnsafeRawBufferPointer, String) throws(CalibrationError) -> Content
    ) throws(CalibrationError) -> Content {
        let file: MappedFile
        do throws(TensorError) {
            file = try MappedFile(path: path)
        } catch {
            throw .file(path: path, reason: error.reason)
        }
        return try read(file.bytes, path)
    }

    /// The members of the object that `bytes` are, all of which `read` must ask for.
    static func object<Content>(
        _ bytes: UnsafeRawBufferPointer, source: String, _ read: (JSONFields) throws(JSONError) -> Content
    ) throws(CalibrationError) -> Content {
        do throws(JSONError) {
            let fields = try JSONFields(
                try JSONReader.read(bytes, source: source, limits: .configuration), source: source)
            let content = try read(fields)
            try fields.finish()
            return content
        } catch {
            throw .document(error)
        }
    }
}

extension JSONFields {
    func required(_ key: String, in range: ClosedRange<Double>) throws(JSONError) -> Double {
        guard let value = try number(key, in: range) else { throw missing(key) }
        return value
    }

    func required(_ key: String, in range: ClosedRange<Int>) throws(JSONError) -> Int {
        guard let value = try integer(key, in: range) else { throw missing(key) }
        return value
    }

    func required(_ key: String, count: Int, in range: ClosedRange<Double>) throws(JSONError) -> [Double] {
        guard let values = try numbers(key, in: range) else { throw missing(key) }
        guard values.count == count else {
            throw failure(key, "has \(values.count) numbers where \(count) are needed")
        }
        return values
    }

    func requiredObject(_ key: String) throws(JSONError) -> JSONFields {
        guard let fields = try object(key) else { throw missing(key) }
        return fields
    }
}
