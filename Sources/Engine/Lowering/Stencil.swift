// The spatial axes of a window operator in the kernels' form.
import CKernels
import Graphs

/// Where the taps of a convolution or pool lie, for one to three spatial axes.
struct Stencil: Sendable {
    private let stencil: arete_stencil

    init(_ axes: [Window.Axis]) throws(OperatorFailure) {
        var stencil = arete_stencil()
        arete_stencil_begin(&stencil)
        for (index, axis) in axes.enumerated() {
            guard
                arete_stencil_set(
                    &stencil, axes.count, index, axis.input, axis.output, axis.size, axis.stride, axis.dilation,
                    axis.before,
                    axis.after)
            else { throw .invalid("a window over \(axes.count) spatial axes of these sizes is not supported") }
        }
        self.stencil = stencil
    }

    var value: arete_stencil { stencil }

    func withPointer(_ body: (UnsafePointer<arete_stencil>) -> Void) { withUnsafePointer(to: stencil, body) }
}

extension [Window.Axis] {
    /// `conv 3x3 s2 d2 g4`: what a window operator does, in a few words.
    func kind(_ name: String, groups: Int = 1) -> String {
        let size = map { String($0.size) }.joined(separator: "x")
        let stride = allSatisfy { $0.stride == 1 } ? "" : " s" + String(map(\.stride).max() ?? 1)
        let dilation = allSatisfy { $0.dilation == 1 } ? "" : " d" + String(map(\.dilation).max() ?? 1)
        return "\(name) \(size)\(stride)\(dilation)\(groups > 1 ? " g\(groups)" : "")"
    }
}
