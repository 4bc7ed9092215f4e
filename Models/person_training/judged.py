"""Scenes of the renderer that nothing is trained on, as files with COCO annotations."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from .render.scene import scene
from .render.variant import VARIANT


def judged(folder, count, seed, size):
    """Draws `count` scenes of `size` (width, height) into `folder`, if absent. Returns the annotation file."""
    folder = Path(folder)
    path = folder / "annotations.json"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    images, notes = [], []
    for number in range(1, count + 1):
        frame = scene(np.random.default_rng([seed, 12, number]), size, **VARIANT)
        name = f"{number:04}.png"
        Image.fromarray(frame.picture).save(folder / name)
        height, width = frame.picture.shape[:2]
        images.append({"id": number, "file_name": name, "width": width, "height": height})
        for boxes, crowd in ((frame.boxes, 0), (frame.doubtful, 1)):
            for left, top, right, bottom in boxes.tolist():
                wide, high = right - left, bottom - top
                note = {"id": len(notes) + 1, "image_id": number, "category_id": 1, "bbox": [left, top, wide, high]}
                notes.append({**note, "area": wide * high, "iscrowd": crowd})
    categories = [{"id": 1, "name": "Person"}]
    path.write_text(json.dumps({"images": images, "annotations": notes, "categories": categories}) + "\n")
    return path
