"""Draws the sample boards of `make run` and their annotations. None of them is used in training.

Packages: numpy, scipy, Pillow.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from pcb_training.drawn import whole  # noqa: E402
from pcb_training.labels import LABELS  # noqa: E402

BOARDS = {  # name: (seed, defects)
    "board-1.png": (201, 8),
    "board-2.png": (203, 7),
    "board-3.png": (210, 9),
    "board-4.png": (213, 8),
    "board-sound.png": (212, 0),
}


def main():
    images, annotations = [], []
    for number, (name, (seed, defects)) in enumerate(BOARDS.items(), 1):
        grey, scene = whole(np.random.default_rng([seed, 9]), defects)
        Image.fromarray(grey).save(HERE / name, optimize=True)
        images.append({"id": number, "file_name": name, "width": grey.shape[1], "height": grey.shape[0]})
        for (left, top, right, bottom), label in zip(scene.boxes.tolist(), scene.labels.tolist()):
            bbox = [int(left), int(top), int(right - left), int(bottom - top)]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": label + 1,
                    "bbox": bbox,
                    "area": bbox[2] * bbox[3],
                    "iscrowd": 0,
                }
            )
    categories = [{"id": k, "name": label} for k, label in enumerate(LABELS, 1)]
    document = {"images": images, "annotations": annotations, "categories": categories}
    (HERE / "annotations.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
