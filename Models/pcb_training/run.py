"""Runs an ONNX detector by its preset, the way `arete detect` does."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from .decode import decode


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
        grey = Image.open(path).convert("L")
        if grey.size != (wanted["width"], wanted["height"]):
            raise ValueError(f"{path}: {grey.size}, and this script does not letterbox")
        x = (np.asarray(grey, np.float32) * wanted["scale"] - wanted["mean"][0]) / wanted["std"][0]
        outputs = self.session.run(None, {self.session.get_inputs()[0].name: x[None, None].astype(np.float32)})
        heatmap, boxes = (outputs[decoder["outputs"][name]][0] for name in ("heatmap", "boxes"))
        threshold = decoder["score_threshold"] if score_threshold is None else score_threshold
        return decode(heatmap, boxes, threshold, decoder["iou_threshold"], decoder["stride"])
