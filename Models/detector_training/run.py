"""Runs an ONNX detector by its preset, the way `arete detect` does."""

import json
from pathlib import Path

import numpy as np
import onnxruntime

from .decode import decode
from .picture import opened, planes


class Detector:
    def __init__(self, model, threads=1):
        self.preset = json.loads((Path(model).parent / "preset.json").read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def __call__(self, path, score_threshold=None):
        """Boxes [n, 4] in pixels of the picture, scores and labels."""
        wanted, decoder = self.preset["input"], self.preset["decoder"]
        x = planes(opened(path, len(wanted["mean"]))).astype(np.float32)
        if x.shape[1:] != (wanted["height"], wanted["width"]):
            raise ValueError(f"{path}: {x.shape[2]}x{x.shape[1]}, and this script does not letterbox")
        mean, std = (np.array(wanted[key], np.float32)[:, None, None] for key in ("mean", "std"))
        outputs = self.session.run(
            None, {self.session.get_inputs()[0].name: ((x * wanted["scale"] - mean) / std)[None]}
        )
        heatmap, boxes = (outputs[decoder["outputs"][name]][0] for name in ("heatmap", "boxes"))
        threshold = decoder["score_threshold"] if score_threshold is None else score_threshold
        return decode(heatmap, boxes, threshold, decoder["iou_threshold"], decoder["stride"])
