"""What the network should answer for a crop: soft class scores, box sides and the cells that count."""

import numpy as np

SHARPNESS = 11.0  # a quarter of a box away from its centre the score is one half
LEAST_SCORE = 0.1
LEAST_SIDED = 0.3  # cells of a lower score learn no sides
TYPICAL = 4.0  # sum of the scores of a box of 15 cells
MOST_COUNTED = 2.0


def targets(form, boxes, labels, doubtful):
    """Returns scores [classes, h, w], sides [4, h, w] in strides, weight of the sides [h, w], counted cells [h, w].

    So that small boxes, of few cells, are learnt as well as large ones, the weights of a box's sides add up to one and
    its scores count the less the more cells it has.
    """
    stride, cells = form.stride, form.crop // form.stride
    centre = (np.arange(cells, dtype=np.float32) + 0.5) * stride
    scores = np.zeros((len(form.labels), cells, cells), np.float32)
    sides = np.zeros((4, cells, cells), np.float32)
    weight = np.zeros((cells, cells), np.float32)
    owner = np.zeros((cells, cells), np.int64)
    counted = np.ones((cells, cells), np.float32)
    for left, top, right, bottom in doubtful:
        across = (centre > left - stride) & (centre < right + stride)
        down = (centre > top - stride) & (centre < bottom + stride)
        counted[np.ix_(down, across)] = 0
    for number, ((left, top, right, bottom), label) in enumerate(zip(boxes, labels)):
        bell = np.outer(falloff(centre, top, bottom), falloff(centre, left, right))
        bell /= bell.max()
        bell[bell < LEAST_SCORE] = 0
        np.maximum(scores[label], bell, out=scores[label])
        nearer = bell > weight
        weight[nearer], owner[nearer] = bell[nearer], number
        distances = np.broadcast_arrays(
            centre[None, :] - left, centre[:, None] - top, right - centre[None, :], bottom - centre[:, None]
        )
        sides[:, nearer] = np.stack(distances)[:, nearer] / stride
        counted[nearer] = min(np.sqrt(TYPICAL / bell.sum()), MOST_COUNTED)
    weight[weight <= LEAST_SIDED] = 0
    totals = np.bincount(owner.ravel(), weight.ravel())
    return scores, sides, weight / np.maximum(totals[owner], LEAST_SIDED).astype(np.float32), counted


def falloff(centre, low, high):
    away = (centre - (low + high) / 2) / max(high - low, 1)
    return np.exp(-SHARPNESS * away * away)
