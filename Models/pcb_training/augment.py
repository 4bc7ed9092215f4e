"""Cuts a training crop out of a scene: scale, turn, flip, line width, edge roughness, JPEG ringing, light and focus."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter

LEAST_VISIBLE = 0.6
UNSCALED = 0.4  # share of the crops whose pixels are the scene's own, as in the pictures to be judged
MISALIGNED = (0.3, 6)  # pixels by which a template lies elsewhere: least and largest standard deviation


def crop(scene, rng, form, by_camera, scales=(0.8, 1.25)):
    """Returns grey [form.crop, form.crop] uint8, boxes, labels, and boxes too cut off to be learnt or denied.

    `by_camera`: share of the crops that a camera took under a lamp, and no scanner in two levels.
    Where the network compares, the picture has two planes: the board, and the same place as it should be.
    """
    size = form.crop
    height, width = scene.copper.shape
    unscaled = rng.random() < UNSCALED
    zoom = 1 if unscaled else np.exp(rng.uniform(*np.log(scales)))
    stretch = 1 if unscaled else np.exp(rng.uniform(-0.06, 0.06))
    spans = np.minimum([size / zoom * stretch, size / zoom / stretch], [width, height])
    corner = rng.uniform(0, 1, 2) * (np.array([width, height]) - spans)
    if unscaled:
        corner = np.floor(corner)
    turn = int(rng.integers(8))
    boxes = (scene.boxes - np.tile(corner, 2)) * np.tile(size / spans, 2)
    boxes = turned_boxes(boxes, turn, size)
    picture = photographed(turned(cut(scene.copper, corner, spans, size), turn), rng, by_camera)
    if form.compares:
        # Most templates are aligned to a pixel, some of DeepPCB's to ten only.
        shift = rng.normal(0, np.exp(rng.uniform(*np.log(MISALIGNED))), 2)
        shifted = corner + (np.rint(shift) if unscaled else shift)
        template = turned(cut(scene.sound, shifted, spans, size), turn)
        template = np.asarray(two_levels(template)) if rng.random() < 0.5 else photographed(template, rng, by_camera)
        picture = np.stack([picture, template], -1)
    return picture, *sorted_out(boxes, scene.labels, size)


def black_on_white(copper):
    return Image.fromarray((~copper).astype(np.uint8) * 255)


def cut(copper, corner, spans, size):
    picture, extent = black_on_white(copper), (*corner, *(corner + spans))
    return picture.transform((size, size), Image.Transform.EXTENT, extent, Image.Resampling.BILINEAR, fillcolor=255)


def photographed(picture, rng, by_camera):
    """Rough edges, then a trip through JPEG or none, and perhaps a camera instead of a scanner."""
    picture = roughened(picture, rng)
    grey = np.asarray(picture) if rng.random() < 0.1 else ringing(picture, int(rng.integers(60, 96)))
    return under_lamp(grey, rng) if rng.random() < by_camera else grey


def under_lamp(grey, rng):
    """Less contrast, light that falls off to one side, the lens not quite in focus, noise."""
    if rng.random() < 0.5:
        grey = np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5))))
    contrast = np.exp(rng.uniform(np.log(0.1), 0))
    dark = rng.uniform(0, 255 * (1 - contrast))
    across = np.linspace(-1, 1, len(grey), dtype=np.float32)
    angle, fall = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.3)
    light = 1 + fall * (np.cos(angle) * across[None, :] + np.sin(angle) * across[:, None])
    values = (grey * np.float32(contrast) + np.float32(dark)) * light.astype(np.float32)
    if rng.random() < 0.5:
        values += rng.standard_normal(values.shape, np.float32) * np.float32(rng.uniform(0, 40) * contrast)
    return np.clip(values, 0, 255).astype(np.uint8)


def two_levels(picture):
    return picture.point(lambda value: 255 if value > 127 else 0)


def turned(picture, turn):
    """One of the eight symmetries of the square."""
    if turn & 1:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if turn & 2:
        picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return picture.transpose(Image.Transpose.TRANSPOSE) if turn & 4 else picture


def turned_boxes(boxes, turn, size):
    left, top, right, bottom = boxes.T
    if turn & 1:
        left, right = size - right, size - left
    if turn & 2:
        top, bottom = size - bottom, size - top
    return np.stack([top, left, bottom, right] if turn & 4 else [left, top, right, bottom], 1)


def roughened(picture, rng):
    """Blurs, adds noise that matters only near edges, and thresholds: edges wander and lines gain or lose width."""
    if rng.random() < 0.4:
        return two_levels(picture)
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
