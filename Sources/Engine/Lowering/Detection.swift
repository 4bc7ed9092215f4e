// The last operators of TFLite's detectors.
import CKernels
import Graphs
import Tensors

extension DetectionPostProcess: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let types = [try site.inputType(0), try site.inputType(1), try site.inputType(2)]
        if types.contains(where: { $0.element.isInteger }) { return try lowerThroughFloat(site, &builder) }
        guard types.allSatisfy({ $0.element == .float32 }) else {
            throw .invalid("inputs must be float32 or quantized")
        }
        guard site.outputCount == 4 else { throw .invalid("there must be 4 outputs, not \(site.outputCount)") }
        let plan = arete_detection_plan(
            anchors: types[0].shape[1], box_stride: types[0].shape[2], classes: classCount,
            class_stride: types[1].shape[2],
            most: maximumDetections, per_detection: maximumClassesPerDetection, per_class: detectionsPerClass,
            regular: usesRegularSuppression, least_score: scoreThreshold, overlap: overlapThreshold,
            scale: (scales[0], scales[1], scales[2], scales[3]))
        let (boxes, scores, anchors) = (try site.input(0), try site.input(1), try site.input(2))
        let outputs = (site.output(0), site.output(1), site.output(2), site.output(3))
        let scratch = builder.workerScratch(bytes: withUnsafePointer(to: plan) { arete_detection_scratch($0) })
        builder.step(
            "detection post-process", reads: [boxes, scores, anchors],
            writes: [outputs.0, outputs.1, outputs.2, outputs.3], scratch: scratch
        ) { memory, _ in
            withUnsafePointer(to: plan) {
                arete_detection_post_process(
                    $0, memory[boxes, as: Float.self], memory[scores, as: Float.self], memory[anchors, as: Float.self],
                    memory[outputs.0, as: Float.self], memory[outputs.1, as: Float.self],
                    memory[outputs.2, as: Float.self],
                    memory[outputs.3, as: Float.self], memory[scratch])
            }
        }
    }
}

extension PaddedNonMaxSuppression: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let count = try site.inputType(0).shape[0]
        guard count < 1 << 28 else { throw .invalid("\(count) boxes are too many") }
        let most = site.outputType(0).shape[0]
        let (boxes, scores, overlap, least) = (
            try site.input(0), try site.input(1), try site.input(3), try site.input(4)
        )
        let sigma = isSoft ? try site.input(5) : nil
        for index in isSoft ? [3, 4, 5] : [3, 4] {
            let type = try site.inputType(index)
            guard type.element == .float32, type.shape.elementCount == 1 else {
                throw .invalid("input \(index) must be one float32")
            }
        }
        let chosen = site.output(0)
        let chosenScores = isSoft ? site.output(1) : nil
        let valid = site.output(isSoft ? 2 : 1)
        let scratch = builder.workerScratch(bytes: 16 * count + 16)
        builder.step(
            "non-max suppression", reads: [boxes, scores, overlap, least] + (sigma.map { [$0] } ?? []),
            writes: [chosen, valid] + (chosenScores.map { [$0] } ?? []), scratch: scratch
        ) { memory, _ in
            let kept = arete_padded_suppression(
                count, most, memory[overlap, as: Float.self][0], memory[least, as: Float.self][0],
                sigma.map { memory[$0, as: Float.self][0] } ?? 0, memory[boxes, as: Float.self],
                memory[scores, as: Float.self],
                memory[chosen, as: Int32.self], chosenScores.map { memory[$0, as: Float.self] }, memory[scratch])
            memory[valid, as: Int32.self][0] = Int32(kept)
        }
    }
}
