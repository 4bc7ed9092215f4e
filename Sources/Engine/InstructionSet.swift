// The instruction sets that the engine has kernels for.
import CKernels

/// Which of the engine's kernels run. Integer results are the same bits with all of them.
public struct InstructionSet: Sendable, Hashable, CustomStringConvertible {
    private let number: UInt32

    private init(number: UInt32) { self.number = number }

    public static let scalar = InstructionSet(number: ARETE_ISA_SCALAR.rawValue)

    /// All that this machine runs, the best last.
    public static let available: [InstructionSet] = (0..<ARETE_ISA_COUNT.rawValue).map(InstructionSet.init)
        .filter { arete_isa_available(arete_isa($0.number)) }

    public static let best = available.last ?? scalar

    /// The set of that name, if this machine runs it.
    public init?(_ name: String) {
        guard let found = Self.available.first(where: { $0.description == name }) else { return nil }
        self = found
    }

    public var description: String { arete_isa_name(isa).map { String(cString: $0) } ?? "" }

    /// Its number in C.
    var isa: arete_isa { arete_isa(number) }

    /// Its kernels.
    var kernels: arete_kernels {
        var kernels = arete_kernels()
        if !arete_kernels_fill(isa, &kernels) { kernels = arete_kernels_scalar().pointee }
        return kernels
    }
}

extension Options {
    /// The set whose kernels compute layers of floats.
    ///
    /// Exact arithmetic computes the quantized layers of ONNX models as floats, where a sum that is rounded otherwise may be another
    /// byte. Sets with kernels of their own for such layers add up in one order; the portable one has none, and takes the best one's
    /// where OpenBLAS would add up in another.
    var floatLayers: InstructionSet { arithmetic == .exact && instructionSet == .scalar ? .best : instructionSet }

    var kernels: arete_kernels {
        var kernels = instructionSet.kernels
        if floatLayers != instructionSet {
            let others = floatLayers.kernels.packed
            kernels.packed.dense_float = others.dense_float
            kernels.packed.depthwise_float = others.depthwise_float
        }
        return kernels
    }
}
