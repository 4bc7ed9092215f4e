"""Measures the float network on pictures that are held back, while it trains."""

from pathlib import Path

import numpy as np
import torch

from .coco import templates, truths
from .decode import decode
from .metric import per_class
from .picture import opened, planes


class Check:
    def __init__(self, form, annotations, keep, iou=0.33, overlap=0.3):
        """`overlap`: two detections of one class that overlap more are one."""
        self.form, self.iou, self.overlap = form, iou, overlap
        self.truths = truths(annotations, keep)
        self.templates = templates(annotations) if form.compares else {}
        self.folder = Path(annotations).parent

    def __call__(self, net):
        net.eval()
        found = {}
        for name in self.truths:
            files = [name, self.templates[name]] if self.form.compares else [name]
            pictures = [planes(opened(self.folder / file, self.form.colours)) for file in files]
            picture = np.concatenate(pictures).astype(np.float32) / 255
            x = torch.from_numpy(picture)[None].to(memory_format=torch.channels_last)
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                logits, sides = net(x)
            scores = torch.sigmoid(logits.float())[0].numpy()
            found[name] = decode(scores, sides.float()[0].numpy(), 0.02, self.overlap, self.form.stride)
        precision = per_class(found, self.truths, len(self.form.labels), self.iou)
        return {"map": round(float(np.nanmean(precision)), 4), "ap": [round(p, 3) for p in precision]}
