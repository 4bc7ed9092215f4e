// Lists of positions, as long as the values say.
import CKernels
import Graphs
import Tensors

extension NonZero: Evaluable {
    public func evaluate(_ inputs: [Tensor?]) throws(OperatorFailure) -> [Tensor] {
        _ = try outputTypes(Arguments(types: inputs.map { $0?.type }, constants: inputs, declared: []))
        guard let data = inputs.first ?? nil else { throw .invalid("input 0 is missing") }
        let shape = data.shape.rank == 0 && !listsPositionsByRow ? Shape([1]) : data.shape
        let count = arete_non_zero_count(data.element.kernelType, data.baseAddress, data.elementCount)
        var columns = [Int64](repeating: 0, count: shape.rank * count)
        arete_non_zero(data.element.kernelType, data.baseAddress, shape.rank, shape.dimensions, count, &columns)
        do throws(TensorError) {
            guard listsPositionsByRow else { return [try Tensor(.int64, [shape.rank, count], columns)] }
            var rows = columns
            for place in 0..<count {
                for axis in 0..<shape.rank { rows[place * shape.rank + axis] = columns[axis * count + place] }
            }
            return [try Tensor(.int64, [count, shape.rank], rows)]
        } catch {
            throw .invalid("\(error)")
        }
    }
}
