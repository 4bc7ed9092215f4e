"""Writes the network as a float ONNX file: batch norm folded, scores after the sigmoid."""

import torch

from .network import Exported

OPSET = 13


def export(net, form, path, width, height):
    """Two outputs: `heatmap` [1, classes, h/stride, w/stride] and `boxes` [1, 4, h/stride, w/stride]."""
    model = Exported(net).eval().to(memory_format=torch.contiguous_format)
    torch.onnx.utils.export(
        model,
        tuple(torch.zeros(1, form.colours, height, width) for _ in form.inputs),
        str(path),
        opset_version=OPSET,
        input_names=list(form.inputs),
        output_names=["heatmap", "boxes"],
        do_constant_folding=True,
    )
