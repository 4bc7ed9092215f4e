"""Reads the frames of HIT-UAV, decoded once, with their boxes."""

import json
from pathlib import Path

import numpy as np

from detector_training.picture import opened

from .crops import Frame

LABELS = ("Person", "Car", "Bicycle", "OtherVehicle")


class Frames:
    """All frames of one annotation file for which `keep(image)` holds."""

    def __init__(self, annotations, keep=lambda image: True):
        annotations = Path(annotations)
        document = json.loads(annotations.read_text())
        notes = {}
        for note in document["annotations"]:
            notes.setdefault(note["image_id"], []).append(note)
        images = [image for image in document["images"] if keep(image)]
        self.names = [image["file_name"] for image in images]
        self.frames = [frame(annotations.parent / i["file_name"], notes.get(i["id"], [])) for i in images]

    def __len__(self):
        return len(self.frames)

    def __getitem__(self, index):
        return self.frames[index]


def frame(path, notes):
    learnt = [note for note in notes if not note.get("ignore")]
    labels = np.array([note["category_id"] - 1 for note in learnt], np.int64)
    return Frame(opened(path, 1), corners(learnt), labels, corners([note for note in notes if note.get("ignore")]))


def corners(notes):
    boxes = [[x, y, x + w, y + h] for x, y, w, h in (note["bbox"] for note in notes)]
    return np.array(boxes, np.float32).reshape(-1, 4)
