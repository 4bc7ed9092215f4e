import Imaging
import Tensors

/// A class that an image may belong to.
public struct Classification: Equatable, Sendable {
    public var label: String
    public var classIndex: Int
    /// 0...1 where the model's scores are shares or logits.
    public var score: Float

    public init(label: String, classIndex: Int, score: Float) {
        self.label = label
        self.classIndex = classIndex
        self.score = score
    }
}

/// A classifier's two ends: an image becomes the model's input, the model's output becomes a list of classes.
public final class Classifier {
    public let preset: Preset
    public let preprocessor: Preprocessor
    /// The place of the input that takes the image; others keep what they hold.
    public let imageInput: Int
    /// The place of the output that holds the scores.
    public let output: Int
    private let port: TensorPort

    /// - Throws: `VisionError` naming what in the preset or the model's inputs and outputs does not fit.
    public init(preset: Preset, model: ModelSignature) throws(VisionError) {
        imageInput = try model.imageInput(preset.input)
        let axes = try ImageAxes(model.inputs[imageInput], options: preset.input)
        let specification = try InputSpecification(
            options: preset.input, defaults: Self.inputDefaults(axes.layout), input: model.inputs[imageInput])
        output = preset.classification.output ?? 0
        guard model.outputs.indices.contains(output) else {
            throw .decoder(
                kind: "classes", reason: "there is no output \(output); the model has \(model.outputs.count)")
        }
        port = model.outputs[output]
        _ = try OutputView.quantization(of: port)
        let count = port.type.shape.elementCount
        guard (1...1_000_000).contains(count), port.type.shape.dimensions.last == count || count == 1 || port.isColumn
        else {
            throw .output(name: port.name, reason: "\(port.type) is not one row of scores")
        }
        guard preset.labels.isEmpty || preset.labels.count == count else {
            throw .output(
                name: port.name, reason: "it holds \(count) classes, but there are \(preset.labels.count) labels")
        }
        preprocessor = Preprocessor(specification)
        self.preset = preset
    }

    /// What image networks take that say nothing: TensorFlow's -1...1 where channels come last, PyTorch's ImageNet figures where
    /// they come first.
    private static func inputDefaults(_ layout: InputOptions.Layout) -> InputOptions {
        var options = layout == .nhwc ? InputOptions(scale: 1, mean: [127.5], std: [127.5]) : .imageNet
        options.resize = .crop
        return options
    }

    /// Fills the memory of the image input.
    public func fill(_ input: UnsafeMutableRawBufferPointer, from image: Image) throws(VisionError) {
        _ = try preprocessor.fill(input, from: image)
    }

    /// The best classes, as many as the preset's `top` (5 if it is silent), best first, the lower class where two are equal. Scores
    /// that are no numbers count as the lowest. Complexity: O(classes * log classes).
    /// - Throws: `VisionError` when the output has another type than that of the model this classifier was made for.
    public func classes(in view: OutputView) throws(VisionError) -> [Classification] {
        guard view.port.type == port.type else {
            throw .output(name: port.name, reason: "it is \(view.port.type) now and was \(port.type)")
        }
        var scores = (0..<view.count).map { view.real($0) }.map { $0.isNaN ? -Float.infinity : $0 }
        if !areProbabilities(scores) {
            softmax(&scores)
            // Infinite numbers leave shares that are none.
            for index in scores.indices where scores[index].isNaN { scores[index] = 0 }
        }
        let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        return order.prefix(preset.classification.top ?? 5).map {
            Classification(label: preset.label($0), classIndex: $0, score: scores[$0])
        }
    }

    private func areProbabilities(_ scores: [Float]) -> Bool {
        switch preset.classification.scores ?? .auto {
        case .logits: return false
        case .probabilities: return true
        case .auto:
            if let quantization = port.type.quantization, let range = port.type.element.integerRange {
                let lowest = quantization.scale * (Float(range.lowerBound) - Float(quantization.zeroPoint))
                let highest = quantization.scale * (Float(range.upperBound) - Float(quantization.zeroPoint))
                return lowest >= -1.001 && highest <= 1.001 && highest > 0.9
            }
            let sum = scores.reduce(0, +)
            return scores.allSatisfy { (0...1.001).contains($0) } && abs(sum - 1) < 0.01
        }
    }
}

extension TensorPort {
    /// [1, C, 1, 1], as channels-first models leave their scores.
    fileprivate var isColumn: Bool { type.shape.dimensions.filter { $0 != 1 }.count <= 1 }
}
