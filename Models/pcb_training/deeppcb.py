"""Reads the DeepPCB set as scenes, and repairs some of its defects with the template."""

from pathlib import Path

import numpy as np
from PIL import Image

from detector_training.coco import corners, labels, noted_images

from .scene import VIEW, Scene


class Boards:
    """All pictures of one split, thresholded and held in memory as one bit a pixel."""

    def __init__(self, annotations, keep=lambda position: True):
        folder = Path(annotations).parent
        noted = [entry for position, entry in enumerate(noted_images(annotations)) if keep(position)]
        self.items = [packed(folder, image, notes) for image, notes in noted]
        self.files = [(folder / image["file_name"], folder / image["template"]) for image, _ in noted]

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


def packed(folder, image, notes):
    copper, sound = (np.packbits(copper_of(folder / image[name]), axis=1) for name in ("file_name", "template"))
    return copper, sound, corners(notes), labels(notes)


def grey_of(path):
    return np.asarray(Image.open(path).convert("L"))


def copper_of(path):
    return grey_of(path) < 128


def touches_another(boxes, k):
    box = boxes[k]
    apart = (boxes[:, 2] <= box[0]) | (boxes[:, 0] >= box[2]) | (boxes[:, 3] <= box[1]) | (boxes[:, 1] >= box[3])
    apart[k] = True
    return not apart.all()
