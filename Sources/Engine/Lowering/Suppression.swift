// Suppression of boxes that overlap better ones.
import CKernels
import Graphs
import Tensors

extension NonMaxSuppression: Evaluable {
    public func evaluate(_ inputs: [Tensor?]) throws(OperatorFailure) -> [Tensor] {
        _ = try outputTypes(Arguments(types: inputs.map { $0?.type }, constants: inputs, declared: []))
        guard let boxes = inputs[0], let scores = inputs[1] else { throw .invalid("boxes or scores are missing") }
        func limit(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index] : nil }
        var plan = arete_suppression_plan()
        (plan.batch, plan.classes, plan.n) = (scores.shape[0], scores.shape[1], scores.shape[2])
        plan.most = min(Int(max(0, limit(2)?.integers.first ?? 0)), plan.n)
        plan.overlap = limit(3)?.floats.first ?? 0
        plan.has_score = limit(4)?.elementCount == 1
        plan.score = limit(4)?.floats.first ?? 0
        plan.centre = boxesHaveCentres
        let room = Shape([plan.batch, plan.classes, plan.most, 3]).elementCount
        guard room <= maximumTensorBytes / 8 else {
            throw .invalid("\(plan.most) boxes of \(plan.classes) classes are too many")
        }
        var chosen = [Int64](repeating: 0, count: room)
        var scratch = [Int](repeating: 0, count: plan.n)
        let count = boxes.withUnsafeBytes { boxes in
            scores.withUnsafeBytes { scores in
                arete_non_max_suppression(
                    &plan, boxes.assumingMemoryBound(to: Float.self).baseAddress,
                    scores.assumingMemoryBound(to: Float.self).baseAddress, &chosen, &scratch)
            }
        }
        do throws(TensorError) { return [try Tensor(.int64, [count, 3], Array(chosen[..<(3 * count)]))] } catch {
            throw .invalid("\(error)")
        }
    }
}
