/// What one element of a tensor is.
///
/// The raw values equal `arete_element_type` of the C kernels.
public enum ElementType: Int32, Sendable, Hashable, CaseIterable {
    case bool = 0
    case int8 = 1
    case uint8 = 2
    case int16 = 3
    case uint16 = 4
    case int32 = 5
    case uint32 = 6
    case int64 = 7
    case uint64 = 8
    case float16 = 9
    case bfloat16 = 10
    case float32 = 11
    case float64 = 12
    /// Kept unpacked: one element a byte.
    case int4 = 13
    /// Kept unpacked: one element a byte.
    case uint4 = 14

    /// Bytes of one element in memory.
    public var byteCount: Int {
        switch self {
        case .bool, .int8, .uint8, .int4, .uint4: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    public var isFloat: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }

    public var isInteger: Bool { !isFloat && self != .bool }

    /// The least and greatest value of an integer type; `nil` for booleans and floats.
    public var integerRange: ClosedRange<Int64>? {
        switch self {
        case .int4: -8...7
        case .uint4: 0...15
        case .int8: -128...127
        case .uint8: 0...255
        case .int16: -32768...32767
        case .uint16: 0...65535
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .uint32: 0...Int64(UInt32.max)
        case .int64, .uint64: Int64.min...Int64.max
        case .bool, .float16, .bfloat16, .float32, .float64: nil
        }
    }
}

extension ElementType: CustomStringConvertible {
    /// The name that NumPy users know: `int8`, `float32`, ...
    public var description: String {
        switch self {
        case .bool: "bool"
        case .int8: "int8"
        case .uint8: "uint8"
        case .int16: "int16"
        case .uint16: "uint16"
        case .int32: "int32"
        case .uint32: "uint32"
        case .int64: "int64"
        case .uint64: "uint64"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .float32: "float32"
        case .float64: "float64"
        case .int4: "int4"
        case .uint4: "uint4"
        }
    }
}
