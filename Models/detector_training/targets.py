"""What the network should answer for a crop: soft class scores, box sides and the cells that count."""

import numpy as np

SHARPNESS = 11.0  # a quarter of a box away from its centre the score is one half
LEAST_SCORE = 0.1


def targets(form, boxes, labels, doubtful):
    """Returns scores [classes, h, w], sides [4, h, w] in strides, weight of the sides [h, w], counted cells [h, w]."""
    stride, cells = form.stride, form.crop // form.stride
    centre = (np.arange(cells, dtype=np.float32) + 0.5) * stride
    scores = np.zeros((len(form.labels), cells, cells), np.float32)
    sides = np.zeros((4, cells, cells), np.float32)
    weight = np.zeros((cells, cells), np.float32)
    counted = np.ones((cells, cells), np.float32)
    for left, top, right, bottom in doubtful:
        across = (centre > left - stride) & (centre < right + stride)
        down = (centre > top - stride) & (centre < bottom + stride)
        counted[np.ix_(down, across)] = 0
    for (left, top, right, bottom), label in zip(boxes, labels):
        bell = np.outer(falloff(centre, top, bottom), falloff(centre, left, right))
        bell /= bell.max()
        bell[bell < LEAST_SCORE] = 0
        np.maximum(scores[label], bell, out=scores[label])
        nearer = bell > weight
        weight[nearer] = bell[nearer]
        distances = np.broadcast_arrays(
            centre[None, :] - left, centre[:, None] - top, right - centre[None, :], bottom - centre[:, None]
        )
        sides[:, nearer] = np.stack(distances)[:, nearer] / stride
        counted[bell > 0] = 1
    return scores, sides, weight, counted


def falloff(centre, low, high):
    away = (centre - (low + high) / 2) / max(high - low, 1)
    return np.exp(-SHARPNESS * away * away)
