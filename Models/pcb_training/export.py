"""Writes the network as a float ONNX file: batch norm folded, scores after the sigmoid."""

import torch

from .network import Exported

OPSET = 13


def export(net, path, width=640, height=640):
    """Two outputs: `heatmap` [1, 6, h/8, w/8] and `boxes` [1, 4, h/8, w/8]."""
    model = Exported(net).eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        model,
        torch.zeros(1, 1, height, width),
        str(path),
        opset_version=OPSET,
        input_names=["image"],
        output_names=["heatmap", "boxes"],
        do_constant_folding=True,
    )
