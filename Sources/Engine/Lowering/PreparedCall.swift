// A packed layer as its step calls it.
import CKernels

/// A call with all that its runs have in common: the kernel's structure, where it stays, and what the kernel makes of it once.
final class PreparedCall: @unchecked Sendable {
    let units: Int
    private let layer: UnsafeMutablePointer<arete_packed_conv>
    private let plan: UnsafeMutableRawPointer?
    private let compute: Compute
    private let outputOffset: Int
    /// These hold what the structure points to.
    private let call: PackedCall
    private let owner: any Sendable

    private typealias Compute =
        @convention(c) (
            UnsafePointer<arete_packed_conv>?, UnsafeRawPointer?, UnsafeRawPointer?, UnsafeMutableRawPointer?, Int, Int,
            UnsafeMutableRawPointer?
        ) -> Void

    init(_ call: PackedCall, keeping owner: any Sendable) {
        (self.call, self.owner) = (call, owner)
        let layer = UnsafeMutablePointer<arete_packed_conv>.allocate(capacity: 1)
        layer.initialize(to: call.layer)
        let plan = call.kernel.plan_bytes.map {
            UnsafeMutableRawPointer.allocate(byteCount: $0(layer), alignment: 64)
        }
        if let plan {
            call.kernel.plan(layer, plan)
            layer.pointee.plan = UnsafeRawPointer(plan)
        }
        (self.layer, self.plan) = (layer, plan)
        units = call.kernel.units(layer)
        compute = call.kernel.run
        outputOffset = call.outputOffset
    }

    deinit {
        layer.deallocate()
        plan?.deallocate()
    }

    /// Computes some units. `scratch` is the calling thread's own.
    @inline(__always)
    func run(
        _ input: UnsafeRawPointer, _ packed: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ range: Range<Int>,
        _ scratch: UnsafeMutableRawPointer
    ) {
        compute(layer, input, packed, output + outputOffset, range.lowerBound, range.upperBound, scratch)
    }

    /// The same of results that are paired with the image `other`.
    func run(
        _ input: UnsafeRawPointer, _ packed: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ range: Range<Int>,
        _ scratch: UnsafeMutableRawPointer, other: UnsafeRawPointer
    ) {
        var layer = layer.pointee
        layer.pair.other = other.assumingMemoryBound(to: UInt8.self)
        compute(&layer, input, packed, output + outputOffset, range.lowerBound, range.upperBound, scratch)
    }

    /// The same of data that was quantized as the model ran.
    func run(
        _ input: UnsafeRawPointer, _ packed: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ range: Range<Int>,
        _ scratch: UnsafeMutableRawPointer, finish: UnsafePointer<arete_dynamic_finish>
    ) {
        var layer = layer.pointee
        layer.dynamic = finish
        compute(&layer, input, packed, output + outputOffset, range.lowerBound, range.upperBound, scratch)
    }
}
