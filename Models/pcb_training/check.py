"""Measures the float network on pictures that are held back, while it trains."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .coco import truths
from .decode import decode
from .metric import per_class


class Check:
    def __init__(self, annotations, keep):
        self.truths, self.labels = truths(annotations, keep)
        self.folder = Path(annotations).parent

    def __call__(self, net):
        net.eval()
        found = {}
        for name in self.truths:
            grey = np.asarray(Image.open(self.folder / name).convert("L"))
            x = torch.from_numpy(grey.astype(np.float32) / 255)[None, None]
            with torch.no_grad():
                logits, sides = net(x)
            found[name] = decode(torch.sigmoid(logits)[0].numpy(), sides[0].numpy(), 0.02, 0.3)
        precision = per_class(found, self.truths, len(self.labels))
        return {"map": round(float(np.mean(precision)), 4), "ap": [round(p, 3) for p in precision]}
