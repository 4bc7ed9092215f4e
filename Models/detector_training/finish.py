"""From a trained network to the files: float ONNX in the work folder, int8 ONNX beside the training script."""

from .export import export
from .quantize import quantize


def finish(net, form, options, model, width, height, pictures):
    """`pictures`: uint8 [height, width(, planes)] of the training data, for the activations' ranges."""
    source = options.work / "float.onnx"
    export(net, form, source, width, height)
    quantize(options.arete, source, model, form, options.work / "calibration", pictures)
    print(f"{model}: {model.stat().st_size} bytes, float version in {source}")
