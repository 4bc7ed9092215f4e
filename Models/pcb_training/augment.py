"""Cuts a training crop out of a scene: scale, turn, flip, line width, edge roughness and JPEG ringing."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter

from .labels import FORM

LEAST_VISIBLE = 0.6


def crop(scene, rng, size=FORM.crop, scales=(0.8, 1.25)):
    """Returns grey [size, size] uint8, boxes, labels, and boxes too cut off to be learnt or denied."""
    height, width = scene.copper.shape
    zoom = np.exp(rng.uniform(*np.log(scales)))
    stretch = np.exp(rng.uniform(-0.06, 0.06))
    spans = np.minimum([size / zoom * stretch, size / zoom / stretch], [width, height])
    corner = rng.uniform(0, 1, 2) * (np.array([width, height]) - spans)
    picture = Image.fromarray((~scene.copper).astype(np.uint8) * 255)
    picture = picture.transform(
        (size, size), Image.Transform.EXTENT, (*corner, *(corner + spans)), Image.Resampling.BILINEAR
    )
    factor = size / spans
    boxes = (scene.boxes - np.tile(corner, 2)) * np.tile(factor, 2)
    picture, boxes = turned(picture, boxes, int(rng.integers(8)), size)
    picture = roughened(picture, rng)
    grey = np.asarray(picture) if rng.random() < 0.1 else ringing(picture, int(rng.integers(60, 96)))
    return grey, *sorted_out(boxes, scene.labels, size)


def turned(picture, boxes, turn, size):
    """One of the eight symmetries of the square."""
    boxes = boxes.copy()
    if turn & 1:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        boxes = np.stack([size - boxes[:, 2], boxes[:, 1], size - boxes[:, 0], boxes[:, 3]], 1)
    if turn & 2:
        picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        boxes = np.stack([boxes[:, 0], size - boxes[:, 3], boxes[:, 2], size - boxes[:, 1]], 1)
    if turn & 4:
        picture = picture.transpose(Image.Transpose.TRANSPOSE)
        boxes = boxes[:, [1, 0, 3, 2]]
    return picture, boxes


def roughened(picture, rng):
    """Blurs, adds noise that matters only near edges, and thresholds: edges wander and lines gain or lose width."""
    if rng.random() < 0.4:
        return picture.point(lambda value: 255 if value > 127 else 0)
    soft = np.asarray(picture.filter(ImageFilter.BoxBlur(1)), np.int16)
    noise = rng.integers(-1, 2, soft.shape, np.int8).astype(np.int16) * int(rng.integers(0, 60))
    level = int(rng.integers(90, 166))
    return Image.fromarray(((soft + noise) > level).astype(np.uint8) * 255)


def ringing(picture, quality):
    """The picture after a trip through JPEG, as an array."""
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))


def sorted_out(boxes, labels, size):
    inside = np.clip(boxes, 0, size)
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    seen = np.prod(np.maximum(inside[:, 2:] - inside[:, :2], 0), axis=1) / np.maximum(area, 1)
    learnt = seen >= LEAST_VISIBLE
    doubtful = (seen > 0) & ~learnt
    return inside[learnt].astype(np.float32), labels[learnt], inside[doubtful].astype(np.float32)
