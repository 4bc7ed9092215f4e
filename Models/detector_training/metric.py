"""Mean average precision: 101 interpolated points, one detection a truth, at most 100 detections an image."""

import numpy as np

from .decode import overlaps


def average_precision(found, truth, iou):
    """found: (image, score, box) of one class. truth: {image: boxes [n, 4]}. Boxes as left, top, right, bottom."""
    total = sum(len(boxes) for boxes in truth.values())
    if total == 0:
        return float("nan")
    taken = {image: np.zeros(len(boxes), bool) for image, boxes in truth.items()}
    found = sorted(found, key=lambda item: -item[1])
    right = np.zeros(len(found))
    for k, (image, _, box) in enumerate(found):
        if len(truth.get(image, ())) == 0:
            continue
        shared = np.where(taken[image], -1, overlaps(box, truth[image]))
        best = int(shared.argmax())
        if shared[best] >= iou:
            taken[image][best] = True
            right[k] = 1
    recall = np.cumsum(right) / total
    precision = np.cumsum(right) / np.arange(1, len(found) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    points = np.searchsorted(recall, np.linspace(0, 1, 101) - 1e-9)
    return float(np.mean([precision[p] if p < len(precision) else 0.0 for p in points]))


def per_class(detections, truths, classes, iou=0.33):
    """detections: {image: (boxes, scores, labels)}, truths: {image: (boxes, labels)}. Returns one AP a class."""
    result = []
    for label in range(classes):
        truth = {image: boxes[labels == label] for image, (boxes, labels) in truths.items()}
        found = []
        for image, (boxes, scores, labels) in detections.items():
            order = np.argsort(-scores, kind="stable")[:100]
            found += [(image, scores[k], boxes[k]) for k in order if labels[k] == label]
        result.append(average_precision(found, truth, iou))
    return result
