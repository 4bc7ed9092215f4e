import Engine
import Tensors

/// Calibration data as arrays: one file for each input, with as many samples along the first axis.
///
/// An array has the input's own shape (one sample), one more axis in front (a sample each), or more rows than an input whose first axis is 1.
public struct ArraySource: CalibrationSource {
    private let tensors: [Tensor]
    private let paths: [String]
    private let perInput: Int
    public let count: Int

    /// - Parameter types: those of the model's inputs.
    /// - Throws: `QuantizerError.calibration` naming the file that does not fit.
    public init(paths: [String], inputs types: [TensorType]) throws(QuantizerError) {
        guard !types.isEmpty, !paths.isEmpty, paths.count % types.count == 0 else {
            throw .calibration(
                "\(paths.count) arrays do not fit \(types.count) inputs: give one for each, in their order")
        }
        var tensors: [Tensor] = []
        var samples: Int?
        for (index, path) in paths.enumerated() {
            let tensor: Tensor
            do throws(TensorError) { tensor = try NumPyFile.read(path) } catch { throw .calibration("\(error)") }
            let type = types[index % types.count]
            guard tensor.element == type.element, type.byteCount > 0, tensor.byteCount > 0,
                tensor.byteCount % type.byteCount == 0,
                tensor.shape.dimensions.suffix(max(type.shape.rank - 1, 0)) == type.shape.dimensions.dropFirst()
            else { throw .calibration("\(path): \(tensor.type) holds no samples of \(type)") }
            let here = tensor.byteCount / type.byteCount
            guard samples == nil || samples == here else {
                throw .calibration("\(path): holds \(here) samples, the files before hold \(samples ?? 0)")
            }
            samples = here
            tensors.append(tensor)
        }
        (self.tensors, self.paths) = (tensors, paths)
        perInput = types.count
        count = (samples ?? 0) * (paths.count / types.count)
    }

    private func place(_ index: Int) -> (file: Int, row: Int) {
        let rows = count / (paths.count / perInput)
        return (index / rows * perInput, index % rows)
    }

    public func name(_ index: Int) -> String {
        let (file, row) = place(index)
        return "\(paths[file]) sample \(row)"
    }

    public func fill(_ session: Session, sample index: Int) throws(QuantizerError) {
        let (file, row) = place(index)
        for input in 0..<perInput {
            session.withInput(input) { target in
                tensors[file + input].withUnsafeBytes { source in
                    target.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: source[row * target.count..<(row + 1) * target.count]))
                }
            }
        }
    }

    public func inputRange(_ index: Int) -> ActivationRange? { nil }
}
