"""From light to a file: haze, exposure, white balance, focus, motion, sensor noise."""

import numpy as np
from PIL import Image, ImageFilter


def photographed(picture, rng):
    """float [h, w, 3] of light to a uint8 picture as a drone's camera gives it."""
    picture = picture * np.exp(rng.uniform(-0.35, 0.35)) * np.exp(rng.uniform(-0.12, 0.12, 3))
    if rng.random() < 0.35:
        picture = picture + (np.array([0.72, 0.76, 0.82]) - picture) * rng.uniform(0.05, 0.5)
    contrast = np.exp(rng.uniform(-0.25, 0.25))
    picture = np.clip((picture - 0.4) * contrast + 0.4, 0, 1) ** rng.uniform(0.55, 0.9)
    image = Image.fromarray((picture * 255).astype(np.uint8))
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.1)))
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.UnsharpMask(1.2, int(rng.integers(40, 160)), 2))
    values = np.asarray(image, np.float32)
    if rng.random() < 0.6:
        values = values + rng.normal(0, rng.uniform(1, 8), values.shape).astype(np.float32)
    return np.clip(values, 0, 255).astype(np.uint8)
