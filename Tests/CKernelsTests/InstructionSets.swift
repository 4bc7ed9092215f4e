// Every instruction set that this machine has kernels for.
import CKernels
import Testing

/// The kernels of an instruction set by its name.
struct InstructionSetKernels: CustomTestStringConvertible {
    let name: String
    let kernels: arete_kernels

    var testDescription: String { name }

    /// All but the portable one.
    static let vectors: [InstructionSetKernels] = (1..<ARETE_ISA_COUNT.rawValue).compactMap { number in
        var kernels = arete_kernels()
        guard arete_kernels_fill(arete_isa(number), &kernels) else { return nil }
        return InstructionSetKernels(name: String(cString: arete_isa_name(arete_isa(number))), kernels: kernels)
    }
}

extension arete_conv_entries {
    /// The entry for the types of a packed layer of bytes.
    func entry(for layer: arete_packed_conv) -> arete_conv_function {
        switch (layer.input == ARETE_INT8, layer.weights == ARETE_INT8) {
        case (true, true): s8
        case (true, false): s8u8
        case (false, true): u8s8
        case (false, false): u8
        }
    }
}

extension arete_packed_conv_kernel {
    /// Memory for the layer's plan, filled with bytes that mean nothing; `nil` for kernels without plans.
    func memoryForPlan(_ layer: arete_packed_conv) -> Memory<UInt8>? {
        withUnsafePointer(to: layer) { layer in
            plan_bytes.map { Memory([UInt8](repeating: 0xFF, count: $0(layer))) }
        }
    }
}
