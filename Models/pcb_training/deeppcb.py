"""Reads the DeepPCB set as scenes, and repairs some of its defects with the template."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from .scene import VIEW, Scene


class Boards:
    """All pictures of one split, thresholded and held in memory as one bit a pixel."""

    def __init__(self, annotations, keep=lambda position: True):
        annotations = Path(annotations)
        document = json.loads(annotations.read_text())
        by_image = {}
        for note in document["annotations"]:
            by_image.setdefault(note["image_id"], []).append(note)
        self.items, self.names = [], []
        for position, image in enumerate(document["images"]):
            if keep(position):
                notes = by_image.get(image["id"], [])
                self.items.append(self._packed(annotations.parent, image, notes))
                self.names.append(image["file_name"])

    def _packed(self, folder, image, notes):
        corners = [[x, y, x + w, y + h] for x, y, w, h in (note["bbox"] for note in notes)]
        return (
            np.packbits(copper_of(folder / image["file_name"]), axis=1),
            np.packbits(copper_of(folder / image["template"]), axis=1),
            np.array(corners, np.float32).reshape(-1, 4),
            np.array([note["category_id"] - 1 for note in notes], np.int64),
        )

    def __len__(self):
        return len(self.items)

    def scene(self, index, rng, repair=0.25):
        """A view of picture `index` with a random share of its defects put right, so that sound places are seen too."""
        tested, template, boxes, labels = self.items[index]
        copper = np.unpackbits(tested, axis=1).astype(bool)
        sound = np.unpackbits(template, axis=1).astype(bool)
        keep = np.ones(len(labels), bool)
        for k in np.flatnonzero(rng.random(len(labels)) < repair):
            if not touches_another(boxes, k):
                left, top, right, bottom = boxes[k].astype(int)
                copper[top:bottom, left:right] = sound[top:bottom, left:right]
                keep[k] = False
        return Scene(copper, boxes[keep], labels[keep], sound).view(VIEW, rng)


def grey_of(path):
    return np.asarray(Image.open(path).convert("L"))


def copper_of(path):
    return grey_of(path) < 128


def touches_another(boxes, k):
    box = boxes[k]
    apart = (boxes[:, 2] <= box[0]) | (boxes[:, 0] >= box[2]) | (boxes[:, 3] <= box[1]) | (boxes[:, 1] >= box[3])
    apart[k] = True
    return not apart.all()
