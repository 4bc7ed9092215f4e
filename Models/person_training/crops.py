"""Cuts a training crop out of a frame: place, scale, stretch, flip."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

LEAST_VISIBLE = 0.5
LEAST_SIDE = 4.0  # pixels; what is smaller after scaling is neither learnt nor denied


@dataclass
class Frame:
    """`picture`: uint8 [h, w] or [h, w, 3]. Boxes: float [n, 4] as left, top, right, bottom. `labels`: int [n]."""

    picture: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    doubtful: np.ndarray


def crop(frame, rng, size, scales, label=0, near=0.75):
    """Returns picture [size, size(, 3)], boxes, labels, doubtful boxes.

    With probability `near` the crop shows an object of class `label`, where the frame has one. `scales`: lowest
    and highest zoom. What lies outside the frame is filled with its mean.
    """
    height, width = frame.picture.shape[:2]
    zoom = np.exp(rng.uniform(*np.log(scales)))
    stretch = np.exp(rng.uniform(-0.08, 0.08))
    spans = np.array([size / zoom * stretch, size / zoom / stretch])
    room = np.array([width, height]) - spans
    corner = rng.uniform(np.minimum(room, 0), np.maximum(room, 0))
    targets = np.flatnonzero(frame.labels == label)
    if len(targets) and rng.random() < near:
        box = frame.boxes[rng.choice(targets)]
        centre = (box[:2] + box[2:]) / 2
        corner = centre - rng.uniform(0.1, 0.9, 2) * spans
        corner = np.clip(corner, np.minimum(room, 0), np.maximum(room, 0))
    picture = Image.fromarray(frame.picture).transform(
        (size, size),
        Image.Transform.EXTENT,
        (*corner, *(corner + spans)),
        Image.Resampling.BILINEAR,
        fillcolor=filling(frame.picture),
    )
    factor = size / spans
    boxes, doubtful = ((kind - np.tile(corner, 2)) * np.tile(factor, 2) for kind in (frame.boxes, frame.doubtful))
    picture = np.asarray(picture)
    if rng.random() < 0.5:
        picture, boxes, doubtful = picture[:, ::-1], mirrored(boxes, size), mirrored(doubtful, size)
    return picture, *sorted_out(boxes, frame.labels, doubtful, size)


def filling(picture):
    some = picture[::8, ::8]
    mean = some.reshape(-1, *some.shape[2:]).mean(0)
    return int(mean) if picture.ndim == 2 else tuple(int(value) for value in mean)


def mirrored(boxes, size):
    return np.stack([size - boxes[:, 2], boxes[:, 1], size - boxes[:, 0], boxes[:, 3]], 1)


def sorted_out(boxes, labels, doubtful, size):
    inside = np.clip(boxes, 0, size)
    sides = np.maximum(inside[:, 2:] - inside[:, :2], 0)
    seen = sides.prod(1) / np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1e-6)
    learnt = (seen >= LEAST_VISIBLE) & (sides.min(1, initial=1e9) >= LEAST_SIDE)
    unsure = (seen > 0) & ~learnt
    doubtful = np.clip(doubtful, 0, size)
    doubtful = doubtful[(doubtful[:, 2:] > doubtful[:, :2]).all(1)]
    return inside[learnt].astype(np.float32), labels[learnt], np.concatenate([inside[unsure], doubtful])
