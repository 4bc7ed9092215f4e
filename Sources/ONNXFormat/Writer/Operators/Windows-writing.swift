// The attributes that convolutions and pools share, back into the file.
import Graphs

extension Window {
    /// Strides, padding and where known the size of the window; dilations where they are not 1 or `writesDilations` says so.
    ///
    /// - Throws: `ONNXError` where the size is of other axes than the strides: the graph contradicts itself, and the file could not be read.
    func attributes(writesDilations: Bool = true) throws(ONNXError) -> [WrittenAttribute] {
        guard size.isEmpty || size.count == strides.count else {
            throw ONNXError("a window over \(size.count) axes has \(strides.count) strides")
        }
        var attributes: [WrittenAttribute] = []
        if !size.isEmpty { attributes.append(.integers("kernel_shape", size)) }
        attributes.append(.integers("strides", strides))
        if writesDilations || isDilated { attributes.append(.integers("dilations", dilations)) }
        switch padding {
        case .explicit(let before, let after): attributes.append(.integers("pads", before + after))
        case .same: attributes.append(.string("auto_pad", "SAME_UPPER"))
        case .sameLower: attributes.append(.string("auto_pad", "SAME_LOWER"))
        case .valid: attributes.append(.string("auto_pad", "VALID"))
        }
        return attributes
    }

    var isDilated: Bool { dilations.contains { $0 != 1 } }
}
