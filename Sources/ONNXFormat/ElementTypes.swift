// ONNX's numbers for element types.
import Tensors

/// ONNX's TensorProto.DataType.
enum DataType {
    /// The element type that stands for `number`.
    /// - Throws: `ONNXError` naming types that are not handled (strings, complex numbers, 8-bit floats).
    static func element(_ number: Int, of subject: @autoclosure () -> String) throws -> ElementType {
        switch number {
        case 1: return .float32
        case 2: return .uint8
        case 3: return .int8
        case 4: return .uint16
        case 5: return .int16
        case 6: return .int32
        case 7: return .int64
        case 9: return .bool
        case 10: return .float16
        case 11: return .float64
        case 12: return .uint32
        case 13: return .uint64
        case 16: return .bfloat16
        case 21: return .uint4
        case 22: return .int4
        default: throw ONNXError("\(subject()) has element type \(name(number)), which is not handled")
        }
    }

    /// The number that stands for `element`.
    static func number(_ element: ElementType) -> Int {
        switch element {
        case .float32: 1
        case .uint8: 2
        case .int8: 3
        case .uint16: 4
        case .int16: 5
        case .int32: 6
        case .int64: 7
        case .bool: 9
        case .float16: 10
        case .float64: 11
        case .uint32: 12
        case .uint64: 13
        case .bfloat16: 16
        case .uint4: 21
        case .int4: 22
        }
    }

    private static func name(_ number: Int) -> String {
        switch number {
        case 0: "none"
        case 8: "string"
        case 14: "complex64"
        case 15: "complex128"
        case 17: "float8e4m3fn"
        case 18: "float8e4m3fnuz"
        case 19: "float8e5m2"
        case 20: "float8e5m2fnuz"
        case 23: "float4e2m1"
        case 24: "float8e8m0"
        case 25: "uint2"
        case 26: "int2"
        default: "\(number)"
        }
    }
}
