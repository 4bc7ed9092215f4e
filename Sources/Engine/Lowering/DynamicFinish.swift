// Layers with packed weights whose activations are quantized while the model runs.
import CKernels
import Graphs
import Tensors

/// Where a step finds scales and zero points of activations.
enum ActivationScales: Sendable {
    /// `arete_dynamic_scale`, one after the other.
    case several(Buffer)
    /// One float32 scale (`nil`: 1) and one zero point of a byte (`nil`: 0) for everything.
    case one(scale: Buffer?, zeroPoint: (buffer: Buffer, isSigned: Bool)?)

    var buffers: [Buffer] {
        switch self {
        case .several(let buffer): [buffer]
        case .one(let scale, let zeroPoint): [scale, zeroPoint?.buffer].compactMap { $0 }
        }
    }

    func withPointer(_ memory: Memory, _ body: (UnsafePointer<arete_dynamic_scale>) -> Void) {
        switch self {
        case .several(let buffer): body(memory[buffer, as: arete_dynamic_scale.self])
        case .one(let scale, let zeroPoint):
            var value = arete_dynamic_scale(scale: 1, zero_point: 0)
            if let scale { value.scale = memory[scale, as: Float.self].pointee }
            if let zeroPoint {
                let byte = memory[zeroPoint.buffer, as: UInt8.self].pointee
                value.zero_point = zeroPoint.isSigned ? Int32(Int8(bitPattern: byte)) : Int32(byte)
            }
            withUnsafePointer(to: value, body)
        }
    }
}

/// How the sums of such a layer become floats, or corrected sums, with everything that the kernels' structure points to.
struct DynamicFinish: @unchecked Sendable {
    let scales: ActivationScales
    private var finish = arete_dynamic_finish()
    private let weightSums: Tensor
    private let owners: [Tensor]

    /// - Parameters:
    ///   - pixels: how many pixels of results share a scale.
    ///   - form: what becomes of the sums; without weight scales they stay integers.
    ///   - owners: what `form` points to.
    ///   - weightSums: of each channel's weights less their zero points.
    init(
        _ form: arete_dynamic_output, keeping owners: [Tensor], scales: ActivationScales, pixels: Int,
        weightSums: Tensor
    ) {
        self.scales = scales
        self.weightSums = weightSums
        self.owners = owners
        finish.output = form
        finish.weight_sums = UnsafePointer(weightSums.baseAddress.assumingMemoryBound(to: Int32.self))
        finish.pixels = pixels
    }

    /// The structure with the scales that `memory` holds.
    func withPointer(_ memory: Memory, _ body: (UnsafePointer<arete_dynamic_finish>) -> Void) {
        withExtendedLifetime((weightSums, owners)) {
            scales.withPointer(memory) { scales in
                var current = finish
                current.scales = scales
                withUnsafePointer(to: current, body)
            }
        }
    }
}

extension Tensor {
    /// Sums of bytes [channels][depth], or [depth][channels], each less its channel's zero point; one zero point, or one
    /// for each channel. `nil` without memory.
    func channelSums(channels: Int, isChannelLast: Bool, zeroPoints: [Int32]) -> Tensor? {
        guard channels > 0, element.byteCount == 1, elementCount % channels == 0 else { return nil }
        let depth = elementCount / channels
        var sums = [Int32](repeating: 0, count: channels)
        withUnsafeBytes { bytes in
            sums.withUnsafeMutableBufferPointer { sums in
                switch element {
                case .uint8, .uint4: add(bytes.bindMemory(to: UInt8.self), to: sums, isChannelLast: isChannelLast)
                default: add(bytes.bindMemory(to: Int8.self), to: sums, isChannelLast: isChannelLast)
                }
            }
        }
        for channel in 0..<channels {
            let zero = zeroPoints.isEmpty ? 0 : zeroPoints[zeroPoints.count == 1 ? 0 : channel]
            sums[channel] &-= Int32(truncatingIfNeeded: depth) &* zero
        }
        return try? Tensor(.int32, [channels], sums)
    }
}

/// Adds rows of bytes, one for each sum, or columns, as many in each row as there are sums. The loops have no checks inside, so that
/// they become vectors: a model may consist of little but such weights.
private func add<Byte: FixedWidthInteger>(
    _ bytes: UnsafeBufferPointer<Byte>, to sums: UnsafeMutableBufferPointer<Int32>, isChannelLast: Bool
) {
    guard var line = bytes.baseAddress, let target = sums.baseAddress else { return }
    let depth = bytes.count / sums.count
    if isChannelLast {
        for _ in 0..<depth {
            for channel in 0..<sums.count { target[channel] &+= Int32(truncatingIfNeeded: line[channel]) }
            line += sums.count
        }
        return
    }
    for channel in 0..<sums.count {
        var sum: Int32 = 0
        for k in 0..<depth { sum &+= Int32(truncatingIfNeeded: line[k]) }
        target[channel] = sum
        line += depth
    }
}
