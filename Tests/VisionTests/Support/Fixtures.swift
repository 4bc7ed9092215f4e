// Presets, outputs and detections made from values in tests.

import Imaging
import JSON
import Tensors

@testable import Vision

/// A preset of the given text.
func preset(_ text: String) throws -> Preset {
    try Array(text.utf8).withUnsafeBytes { try Preset.read($0, source: "preset.json", folder: "") }
}

/// Detections that `preset` finds in `outputs`, given by name, as they come from a model with an input of `input`.
func detections(
    _ preset: Preset, input: TensorPort, outputs: [(name: String, tensor: Tensor)], imageWidth: Int? = nil,
    imageHeight: Int? = nil
) throws -> [Detection] {
    let signature = ModelSignature(inputs: [input], outputs: outputs.map { TensorPort($0.name, $0.tensor.type) })
    return try detections(preset, signature, outputs.map(\.tensor), imageWidth: imageWidth, imageHeight: imageHeight)
}

func detections(
    _ preset: Preset, _ signature: ModelSignature, _ tensors: [Tensor], imageWidth: Int? = nil, imageHeight: Int? = nil
) throws -> [Detection] {
    let detector = try Detector(preset: preset, model: signature)
    let specification = detector.preprocessor.specification
    let transform = InputTransform(
        imageWidth: imageWidth ?? specification.width, imageHeight: imageHeight ?? specification.height,
        specification: specification)
    return try withViews(signature.outputs, tensors) { try detector.detections(in: $0, transform: transform) }
}

/// Calls `body` with views of `tensors`, which live that long.
func withViews<Result>(
    _ ports: [TensorPort], _ tensors: [Tensor], _ body: ([OutputView]) throws -> Result
) throws -> Result {
    let views = try zip(ports, tensors).map { port, tensor in
        try OutputView(port, UnsafeRawBufferPointer(start: tensor.baseAddress, count: tensor.byteCount))
    }
    return try withExtendedLifetime(tensors) { try body(views) }
}

func image(_ width: Int, _ height: Int, channelsLast: Bool = true, channels: Int = 3) -> TensorPort {
    TensorPort(
        "image", TensorType(.float32, channelsLast ? [1, height, width, channels] : [1, channels, height, width]))
}

func floats(_ shape: Shape, _ values: [Float]) throws -> Tensor { try Tensor(.float32, shape, values) }

extension Box {
    /// Whether no side differs by more than `tolerance` pixels.
    func isNear(_ x: Float, _ y: Float, _ width: Float, _ height: Float, within tolerance: Float = 0.01) -> Bool {
        abs(self.x - x) <= tolerance && abs(self.y - y) <= tolerance && abs(right - x - width) <= tolerance
            && abs(bottom - y - height) <= tolerance
    }

    func overlap(with other: Box) -> Float {
        let shared =
            max(0, min(right, other.right) - max(x, other.x)) * max(0, min(bottom, other.bottom) - max(y, other.y))
        return shared / (width * height + other.width * other.height - shared)
    }
}
