// TFLite's detection post-processing and suppression.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct DetectionTests {
    @Test("boxes are decoded round their anchors, scored and suppressed")
    func postProcess() throws {
        let op = DetectionPostProcess(
            maximumDetections: 2, maximumClassesPerDetection: 1, detectionsPerClass: 10, usesRegularSuppression: false,
            scoreThreshold: 0.25, overlapThreshold: 0.5, classCount: 2, scales: [10, 10, 5, 5])
        let boxes = try floats([1, 3, 4], [0, 0, 0, 0, 5, 0, 0, 0, 0.1, 0, 0, 0])
        let scores = try floats([1, 3, 3], [0, 0.5, 0.25, 0, 0.125, 0.75, 0, 0.375, 0])
        let anchors = try floats([3, 4], [0.25, 0.25, 0.5, 0.5, 0.25, 0.75, 0.5, 0.5, 0.25, 0.25, 0.5, 0.5])
        let outputs = try compute(
            op, [boxes, scores, anchors], constants: [2], declared: [.init(), .init(), .init(), .init()],
            convention: .tflite)
        // The third box lies over the first; the second moves down by half its anchor's height.
        #expect(isClose(outputs[0], [0.25, 0.5, 0.75, 1, 0, 0, 0.5, 0.5]))
        #expect(outputs[1].floats == [1, 0])
        #expect(outputs[2].floats == [0.75, 0.5])
        #expect(outputs[3].floats == [2])
    }

    @Test("padded suppression fills up with zeros and counts what is valid")
    func padded() throws {
        let boxes = try floats([3, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 5, 1, 6])
        let scores = try floats([3], [0.5, 0.75, 0.25])
        let limits = [try ints([], [3]), try floats([], [0.5]), try floats([], [0.125])]
        let hard = try compute(
            PaddedNonMaxSuppression(isSoft: false), [boxes, scores] + limits, constants: [2, 3, 4],
            declared: [.init(), .init()],
            convention: .tflite)
        #expect(hard[0].integers == [1, 2, 0])
        #expect(hard[1].integers == [2])
        let soft = try compute(
            PaddedNonMaxSuppression(isSoft: true), [boxes, scores] + limits + [try floats([], [0])],
            constants: [2, 3, 4, 5],
            declared: [.init(), .init(), .init()], convention: .tflite)
        #expect(soft[0].integers == [1, 2, 0])
        #expect(soft[1].floats == [0.75, 0.25, 0])
        #expect(soft[2].integers == [2])
    }
}
