"""Turns the network's answer into boxes: the reference for the decoder that presets call `centre-heatmap`."""

import numpy as np


def decode(heatmap, sides, score_threshold, iou_threshold, stride, most=100):
    """heatmap [c, h, w], sides [4, h, w]. Returns boxes [n, 4] as left, top, right, bottom, scores [n], labels [n]."""
    labels, rows, columns = np.nonzero(heatmap >= score_threshold)
    scores = heatmap[labels, rows, columns]
    x, y = (columns + 0.5) * stride, (rows + 0.5) * stride
    left, top, right, bottom = sides[:, rows, columns] * stride
    boxes = np.stack([x - left, y - top, x + right, y + bottom], 1)
    order = np.argsort(-scores, kind="stable")[:2000]
    boxes, scores, labels = boxes[order], scores[order], labels[order]
    kept = suppressed(boxes, labels, iou_threshold)[:most]
    return boxes[kept], scores[kept], labels[kept]


def suppressed(boxes, labels, threshold):
    """Greedy suppression within each class; `boxes` are in order of falling score."""
    alive = np.ones(len(boxes), bool)
    kept = []
    for k in range(len(boxes)):
        if alive[k]:
            kept.append(k)
            alive &= ~((labels == labels[k]) & (overlaps(boxes[k], boxes) > threshold))
    return np.array(kept, int)


def overlaps(box, boxes):
    """Intersection over union of one box with many."""
    width = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    height = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    own = (box[2] - box[0]) * (box[3] - box[1])
    return shared / np.maximum(own + areas - shared, 1e-9)
