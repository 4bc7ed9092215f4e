"""Reads the frames of HIT-UAV, decoded once, with their boxes."""

from pathlib import Path

from detector_training.coco import corners, labels, noted_images
from detector_training.picture import opened

from .crops import Frame

LABELS = ("Person", "Car", "Bicycle", "OtherVehicle")


class Frames:
    """All frames of one annotation file for which `keep(image)` holds."""

    def __init__(self, annotations, keep=lambda image: True):
        noted = [(image, notes) for image, notes in noted_images(annotations) if keep(image)]
        self.names = [image["file_name"] for image, _ in noted]
        self.frames = [frame(Path(annotations).parent / image["file_name"], notes) for image, notes in noted]

    def __len__(self):
        return len(self.frames)

    def __getitem__(self, index):
        return self.frames[index]


def frame(path, notes):
    learnt = [note for note in notes if not note.get("ignore")]
    doubtful = [note for note in notes if note.get("ignore")]
    return Frame(opened(path, 1), corners(learnt), labels(learnt), corners(doubtful))
