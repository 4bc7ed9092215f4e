"""From a trained network to the files: float ONNX in the work folder, int8 ONNX beside the training script."""

from pathlib import Path

from .export import export
from .quantize import quantize


def finish(net, work, model, greys):
    """`greys`: pictures from the training data that set the ranges of the activations."""
    source = Path(work) / "float.onnx"
    export(net, source)
    quantize(source, model, greys)
    print(f"{model}: {Path(model).stat().st_size} bytes, float version in {source}")
