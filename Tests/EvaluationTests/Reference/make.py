"""Writes cases.json: random annotations and detections with the figures that pycocotools makes of them.

    pip install pycocotools && python make.py

Boxes of detections are multiples of 1/16 pixel and scores of 1/1024: short to write, and exact in single precision.
"""

import contextlib
import io
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

SIZES = {"all": 0, "small": 1, "medium": 2, "large": 3}
OVERLAP = 0.33


def rounded(value, parts):
    return round(float(value) * parts) / parts


def box(rng):
    width, height = np.exp(rng.uniform(np.log(6), np.log(220), 2))
    return [round(float(v), 2) for v in (rng.uniform(0, 400), rng.uniform(0, 400), width, height)]


def truths_of(rng, image, classes, crowd):
    found = []
    for _ in range(rng.integers(0, 6)):
        sides = box(rng)
        if rng.random() < 0.2:
            sides[2:] = [32.0, 32.0] if rng.random() < 0.5 else [96.0, 96.0]
        area = sides[2] * sides[3] * (1 if rng.random() < 0.7 else 0.6)
        label = int(rng.integers(0, classes - 1))
        found.append(
            {
                "image_id": image,
                "category_id": label,
                "bbox": sides,
                "area": round(area, 3),
                "iscrowd": int(rng.random() < crowd),
            }
        )
        if rng.random() < 0.1:
            found.append(dict(found[-1]))
    return found


def detections_of(rng, image, classes, truths, most, ties):
    found = []
    for _ in range(rng.integers(0, most)):
        label, sides = int(rng.integers(0, classes)), box(rng)
        if truths and rng.random() < 0.7:
            truth = truths[rng.integers(len(truths))]
            spread = rng.choice([0, 0.03, 0.1, 0.25])
            x, y, width, height = truth["bbox"]
            shift = spread * rng.normal(size=4)
            sides = [x + shift[0] * width, y + shift[1] * height, width * np.exp(shift[2]), height * np.exp(shift[3])]
            label = truth["category_id"] if rng.random() < 0.9 else label
        score = rng.random()
        score = round(score, 1) if rng.random() < ties else score
        found.append(
            {
                "image_id": image,
                "category_id": label,
                "bbox": [rounded(v, 16) for v in sides],
                "score": rounded(score, 1024),
            }
        )
    return found


def case(seed, images, classes, most, ties, crowd):
    rng = np.random.default_rng(seed)
    # Ids without order; the last class has no truths.
    ids = [int(i) for i in rng.permutation(np.arange(images) * 7 + 3)]
    names = [int(c) for c in rng.permutation(classes) + 1]
    truths, found = [], []
    for image in ids:
        here = truths_of(rng, image, classes, crowd)
        truths += here
        found += detections_of(rng, image, classes, here, most, ties)
    for item in truths + found:
        item["category_id"] = names[item["category_id"]]
    for number, truth in enumerate(truths):
        truth["id"] = number + 1
    annotations = {
        "images": [{"id": i, "file_name": f"{i}.png", "width": 640, "height": 640} for i in ids],
        "categories": [{"id": c, "name": f"class {c}"} for c in names],
        "annotations": truths,
    }
    return {"seed": seed, "annotations": annotations, "detections": found, "figures": figures(annotations, found)}


def mean(values):
    values = values[values > -1]
    return float(values.mean()) if values.size else None


def figures(annotations, found):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = json.loads(json.dumps(annotations))
        coco.createIndex()
        runs = []
        for overlaps in (None, [OVERLAP]):
            run = COCOeval(coco, coco.loadRes(found), "bbox")
            if overlaps:
                run.params.iouThrs = np.array(overlaps)
            run.evaluate()
            run.accumulate()
            runs.append(run.eval)
    precision, at_overlap = (run["precision"][:, :, :, :, 2] for run in runs)
    classes = range(precision.shape[2])
    return {
        **{size: mean(precision[:, :, :, place]) for size, place in SIZES.items()},
        "at50": mean(precision[0, :, :, 0]),
        "at75": mean(precision[5, :, :, 0]),
        "at_overlap": mean(at_overlap[:, :, :, 0]),
        "recall": mean(runs[0]["recall"][:, :, 0, 2]),
        "classes": [mean(precision[:, :, k, 0]) for k in classes],
        "classes_at50": [mean(precision[0, :, k, 0]) for k in classes],
    }


def main():
    cases = [
        case(1, 14, 4, 14, 0.3, 0.1),
        case(2, 10, 3, 8, 1.0, 0.0),
        case(3, 2, 2, 250, 0.5, 0.2),
        case(4, 9, 2, 3, 0.0, 1.0),
    ]
    document = {"pycocotools": version("pycocotools"), "numpy": np.__version__, "overlap": OVERLAP, "cases": cases}
    (Path(__file__).parent / "cases.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    for entry in cases:
        print(entry["seed"], len(entry["annotations"]["annotations"]), len(entry["detections"]), entry["figures"])


if __name__ == "__main__":
    main()
