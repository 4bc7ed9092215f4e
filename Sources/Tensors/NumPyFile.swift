import Glibc

/// Reading and writing of `.npy` files, NumPy's format for one array (version 1.0 written; 1.0 to 3.0 read).
///
/// bfloat16 travels as `uint16`, int4 and uint4 as `int8` and `uint8`, as NumPy has none of them.
public enum NumPyFile {
    /// The array in the file at `path`. Little-endian, C order, numeric types only.
    /// - Throws: `TensorError.file` saying what is wrong with the file.
    public static func read(_ path: String) throws(TensorError) -> Tensor {
        let file = try MappedFile(path: path)
        func fail(_ reason: String) -> TensorError { .file(path: path, reason: reason) }
        let bytes = file.bytes
        let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
        guard bytes.count >= 12, bytes[..<6].elementsEqual(magic) else { throw fail("not a NumPy array file (.npy)") }
        let major = bytes[6]
        guard (1...3).contains(major) else { throw fail("NumPy format version \(major) is not known") }
        let start = major == 1 ? 10 : 12
        let length =
            major == 1
            ? Int(bytes[8]) | Int(bytes[9]) << 8
            : Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16 | Int(bytes[11]) << 24
        guard length <= 65536, start + length <= bytes.count else { throw fail("the header is cut short") }
        guard let header = Header(String(decoding: bytes[start..<start + length], as: UTF8.self)) else {
            throw fail("the header is not understood")
        }
        guard !header.isFortranOrder || header.shape.rank < 2 else {
            throw fail("Fortran order is not read; save with numpy.ascontiguousarray")
        }
        guard let element = elementType(descriptor: header.descriptor) else {
            throw fail("element type '\(header.descriptor)' is not read")
        }
        let type = TensorType(element, header.shape)
        guard type.byteCount == bytes.count - start - length else {
            throw fail("\(type) needs \(type.byteCount) bytes, the file holds \(bytes.count - start - length)")
        }
        return try Tensor(type, file: file, range: (start + length)..<bytes.count)
    }

    /// Writes `tensor` in format 1.0. An existing file is replaced.
    /// - Throws: `TensorError.file`.
    public static func write(_ tensor: Tensor, to path: String) throws(TensorError) {
        var header = "{'descr': '\(descriptor(tensor.element))', 'fortran_order': False, 'shape': ("
        header += tensor.shape.dimensions.map { "\($0)," }.joined(separator: " ") + "), }"
        let padding = (64 - (10 + header.utf8.count + 1) % 64) % 64
        header += String(repeating: " ", count: padding) + "\n"
        let count = header.utf8.count
        let preamble =
            [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, UInt8(count & 0xff), UInt8(count >> 8)] + Array(header.utf8)
        guard let stream = fopen(path, "wb") else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        var written = fwrite(preamble, 1, preamble.count, stream) == preamble.count
        written =
            written && tensor.withUnsafeBytes { $0.isEmpty || fwrite($0.baseAddress, 1, $0.count, stream) == $0.count }
        let reason = written ? "" : String(cString: strerror(errno))
        guard fclose(stream) == 0, written else {
            throw .file(path: path, reason: reason.isEmpty ? String(cString: strerror(errno)) : reason)
        }
    }

    private static let descriptors: [(ElementType, String)] = [
        (.bool, "|b1"), (.int8, "|i1"), (.uint8, "|u1"), (.int16, "<i2"), (.uint16, "<u2"), (.int32, "<i4"),
        (.uint32, "<u4"), (.int64, "<i8"), (.uint64, "<u8"), (.float16, "<f2"), (.float32, "<f4"), (.float64, "<f8"),
    ]

    private static func elementType(descriptor: String) -> ElementType? {
        descriptors.first {
            $0.1 == descriptor || $0.1.dropFirst() == descriptor.dropFirst() && descriptor.hasPrefix("=")
        }?.0
    }

    private static func descriptor(_ element: ElementType) -> String {
        switch element {
        case .bfloat16: "<u2"
        case .int4: "|i1"
        case .uint4: "|u1"
        default: descriptors.first { $0.0 == element }?.1 ?? "|V1"
        }
    }

    /// The Python dictionary at the head of the file, as far as the format allows it to vary.
    private struct Header {
        var descriptor = ""
        var isFortranOrder = false
        var shape: Shape = []

        init?(_ text: String) {
            guard let descriptor = Self.value(of: "descr", in: text),
                descriptor.first == "'" || descriptor.first == "\"",
                let closing = descriptor.dropFirst().firstIndex(of: descriptor.first!),
                let order = Self.value(of: "fortran_order", in: text),
                let tuple = Self.value(of: "shape", in: text), tuple.first == "(", let end = tuple.firstIndex(of: ")")
            else { return nil }
            self.descriptor = String(descriptor[descriptor.index(after: descriptor.startIndex)..<closing])
            isFortranOrder = order.hasPrefix("True")
            var dimensions: [Int] = []
            for part in tuple[..<end].dropFirst().split(separator: ",") {
                let digits = part.drop(while: { $0 == " " }).prefix(while: { $0.isNumber })
                guard let dimension = Int(digits), dimension >= 0 else {
                    if part.allSatisfy({ $0 == " " }) { continue }
                    return nil
                }
                dimensions.append(dimension)
            }
            shape = Shape(dimensions)
        }

        private static func value(of key: String, in text: String) -> Substring? {
            for quote in ["'", "\""] {
                let quoted = Array("\(quote)\(key)\(quote)")
                let characters = Array(text)
                guard characters.count >= quoted.count else { continue }
                for start in 0...(characters.count - quoted.count)
                where characters[start..<start + quoted.count].elementsEqual(quoted) {
                    let after = text.index(text.startIndex, offsetBy: start + quoted.count)
                    return text[after...].drop { $0 == " " || $0 == ":" }
                }
            }
            return nil
        }
    }
}
