"""Measures a detector, or the detections of one, against COCO annotations: mean average precision at one IoU.

Needs numpy; with a model also onnxruntime and Pillow.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from detector_training.coco import truths  # noqa: E402
from detector_training.metric import per_class  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--model", type=Path, help="ONNX file with preset.json beside it")
    source.add_argument("--detections", type=Path, help="what `arete detect --json --threshold 0.02` wrote")
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--images", type=Path, help="folder that file names start from (the annotations' own)")
    parser.add_argument("--unseen", type=Path, help="leave out boards that these annotations have")
    parser.add_argument("--iou", type=float, default=0.33)
    parser.add_argument("--threshold", type=float, default=0.02, help="lowest score to count")
    return parser.parse_args()


def by_model(model, folder, names, threshold):
    from detector_training.run import Detector

    detector = Detector(model)
    return {name: detector(folder / name, threshold) for name in names}


def by_lines(path, names, labels):
    """Reads JSON lines; pictures are matched by the last part of their name."""
    full = {Path(name).name: name for name in names}
    found = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        name = full.get(Path(entry["image"]).name)
        if name is not None:
            found[name] = parsed(entry["detections"], labels)
    missing = set(names) - set(found)
    if missing:
        sys.exit(f"{path}: no line for {len(missing)} of {len(names)} pictures, such as {sorted(missing)[0]}")
    return found


def parsed(detections, labels):
    boxes = [[d["box"][key] for key in ("x", "y", "width", "height")] for d in detections]
    boxes = np.array(boxes, float).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    scores = np.array([d["score"] for d in detections], float)
    return boxes, scores, np.array([labels.index(d["label"]) for d in detections], int)


def main():
    options = arguments()
    seen = set()
    if options.unseen:
        seen = {image["board"] for image in json.loads(options.unseen.read_text())["images"]}
    answers, labels = truths(options.annotations, lambda position, image: image.get("board") not in seen)
    folder = options.images or options.annotations.parent
    if options.model:
        found = by_model(options.model, folder, answers, options.threshold)
    else:
        found = by_lines(options.detections, answers, labels)
    precision = per_class(found, answers, len(labels), options.iou)
    print(f"{len(answers)} images, mAP at IoU {options.iou}: {100 * float(np.nanmean(precision)):.2f} %")
    for label, value in zip(labels, precision):
        print(f"  {label:10} {100 * value:6.2f} %")


if __name__ == "__main__":
    main()
