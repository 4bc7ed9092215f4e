"""From a trained network to the files: float ONNX in the work folder, int8 ONNX beside the training script."""

from pathlib import Path

from .export import export
from .quantize import quantize


def finish(net, form, work, model, width, height, pictures):
    """`pictures`: uint8 [height, width(, planes)] of the training data, for the activations' ranges."""
    source = Path(work) / "float.onnx"
    export(net, form, source, width, height)
    quantize(source, model, form, pictures)
    print(f"{model}: {Path(model).stat().st_size} bytes, float version in {source}")
