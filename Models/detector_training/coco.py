"""Reads COCO annotations as truths by image."""

import json
from pathlib import Path

import numpy as np


def truths(annotations, keep=lambda position, image: True):
    """Returns {file name: (boxes, labels)} and the label names; label 0 is the lowest category.

    Crowd boxes are left out: they are neither right nor wrong.
    """
    document = json.loads(Path(annotations).read_text())
    categories = sorted(document["categories"], key=lambda category: category["id"])
    number = {category["id"]: k for k, category in enumerate(categories)}
    chosen = {i["id"]: i["file_name"] for k, i in enumerate(document["images"]) if keep(k, i)}
    boxes = {name: [] for name in chosen.values()}
    labels = {name: [] for name in chosen.values()}
    for note in document["annotations"]:
        if note["image_id"] in chosen and not note.get("iscrowd"):
            x, y, w, h = note["bbox"]
            name = chosen[note["image_id"]]
            boxes[name].append([x, y, x + w, y + h])
            labels[name].append(number[note["category_id"]])
    result = {n: (np.array(boxes[n], float).reshape(-1, 4), np.array(labels[n], int)) for n in boxes}
    return result, [category["name"] for category in categories]


def templates(annotations):
    """{file name: that of the same thing as it should be}, where the annotations have DeepPCB's key `template`."""
    images = json.loads(Path(annotations).read_text())["images"]
    return {image["file_name"]: image["template"] for image in images if "template" in image}
