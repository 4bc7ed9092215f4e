"""Cuts training crops out of frames: place, scale, stretch, flip, and four frames side by side."""

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


MOSAICS = 0.5  # of all crops
UNSCALED = 0.4  # of all cuts: as sharp and as noisy as the pictures to be judged


def drawn_crop(frames, rng, size, scales):
    """A crop of one frame, or of four side by side: more objects a crop, in more surroundings."""
    if rng.random() >= MOSAICS:
        return crop(some_frame(frames, rng), rng, (size, size), scales)
    across, down = rng.integers(size * 3 // 10, size * 7 // 10, 2)
    picture, truths = None, []
    for left, right in ((0, across), (across, size)):
        for top, bottom in ((0, down), (down, size)):
            part, *truth = crop(some_frame(frames, rng), rng, (right - left, bottom - top), scales)
            if picture is None:
                picture = np.empty((size, size, *part.shape[2:]), np.uint8)
            picture[top:bottom, left:right] = part
            truths.append(moved(truth, (left, top)))
    return picture, *(np.concatenate(kind) for kind in zip(*truths))


def some_frame(frames, rng):
    return frames[int(rng.integers(len(frames)))]


def moved(truth, by):
    boxes, labels, doubtful = truth
    by = np.tile(by, 2).astype(np.float32)
    return boxes + by, labels, doubtful + by


def crop(frame, rng, size, scales, label=0, near=0.75):
    """Returns picture [height, width(, 3)], boxes, labels, doubtful boxes.

    With probability `near` the crop shows an object of class `label`, where the frame has one. `size`: width and
    height. `scales`: lowest and highest zoom. What lies outside the frame is filled with its mean.
    """
    height, width = frame.picture.shape[:2]
    unscaled = rng.random() < UNSCALED
    zoom = 1 if unscaled else np.exp(rng.uniform(*np.log(scales)))
    stretch = 1 if unscaled else np.exp(rng.uniform(-0.08, 0.08))
    spans = np.array(size) / zoom * np.array([stretch, 1 / stretch])
    room = np.array([width, height]) - spans
    corner = rng.uniform(np.minimum(room, 0), np.maximum(room, 0))
    targets = np.flatnonzero(frame.labels == label)
    if len(targets) and rng.random() < near:
        box = frame.boxes[rng.choice(targets)]
        centre = (box[:2] + box[2:]) / 2
        corner = centre - rng.uniform(0.1, 0.9, 2) * spans
        corner = np.clip(corner, np.minimum(room, 0), np.maximum(room, 0))
    if unscaled:
        corner = np.rint(corner)
    factor = size / spans
    boxes, doubtful = ((kind - np.tile(corner, 2)) * np.tile(factor, 2) for kind in (frame.boxes, frame.doubtful))
    picture = shown(frame.picture, corner, spans, size)
    if rng.random() < 0.5:
        picture, boxes, doubtful = picture[:, ::-1], mirrored(boxes, size[0]), mirrored(doubtful, size[0])
    return picture, *sorted_out(boxes, frame.labels, doubtful, size)


def shown(picture, corner, spans, size):
    """The rectangle at `corner` that is `spans` wide and high, scaled to `size`."""
    low = np.maximum(np.floor(corner).astype(int) - 1, 0)
    high = np.ceil(corner + spans).astype(int) + 1
    region = Image.fromarray(picture[low[1] : high[1], low[0] : high[0]])
    extent = (*(corner - low), *(corner + spans - low))
    bilinear = Image.Resampling.BILINEAR
    return np.asarray(
        region.transform(tuple(size), Image.Transform.EXTENT, extent, bilinear, fillcolor=filling(picture))
    )


def filling(picture):
    some = picture[::8, ::8]
    mean = some.reshape(-1, *some.shape[2:]).mean(0)
    return int(mean) if picture.ndim == 2 else tuple(int(value) for value in mean)


def mirrored(boxes, width):
    return np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)


def sorted_out(boxes, labels, doubtful, size):
    edges = np.tile(size, 2)
    inside = np.clip(boxes, 0, edges)
    sides = np.maximum(inside[:, 2:] - inside[:, :2], 0)
    seen = sides.prod(1) / np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1e-6)
    learnt = (seen >= LEAST_VISIBLE) & (sides.min(1, initial=1e9) >= LEAST_SIDE)
    unsure = (seen > 0) & ~learnt
    doubtful = np.clip(doubtful, 0, edges)
    doubtful = doubtful[(doubtful[:, 2:] > doubtful[:, :2]).all(1)]
    return inside[learnt].astype(np.float32), labels[learnt], np.concatenate([inside[unsure], doubtful])
