"""Reads COCO annotations."""

import json
from pathlib import Path

import numpy as np


def noted_images(annotations):
    """[(image, its annotations)] in the order of the file."""
    document = json.loads(Path(annotations).read_text())
    notes = {image["id"]: [] for image in document["images"]}
    for note in document["annotations"]:
        notes[note["image_id"]].append(note)
    return [(image, notes[image["id"]]) for image in document["images"]]


def corners(notes):
    """float32 [n, 4] as left, top, right, bottom."""
    boxes = [[x, y, x + w, y + h] for x, y, w, h in (note["bbox"] for note in notes)]
    return np.array(boxes, np.float32).reshape(-1, 4)


def labels(notes):
    """int64 [n]. Label k is category k + 1."""
    return np.array([note["category_id"] - 1 for note in notes], np.int64)


def truths(annotations, keep=lambda position, image: True):
    """{file name: (boxes, labels)}. Crowd boxes are left out: they are neither right nor wrong."""
    result = {}
    for position, (image, notes) in enumerate(noted_images(annotations)):
        if keep(position, image):
            counted = [note for note in notes if not note.get("iscrowd")]
            result[image["file_name"]] = corners(counted), labels(counted)
    return result


def templates(annotations):
    """{file name: that of the same thing as it should be}, where the annotations have DeepPCB's key `template`."""
    return {image["file_name"]: image["template"] for image, _ in noted_images(annotations) if "template" in image}
