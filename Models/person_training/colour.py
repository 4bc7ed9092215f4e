"""What may change between two colour cameras: light, colour, motion, noise, JPEG."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter


def varied(picture, rng):
    """`picture`: uint8 [h, w, 3]. Returns the same scene as another camera might show it."""
    if rng.random() < 0.3:
        picture = smeared(picture, rng.uniform(1, 5), rng.uniform(0, np.pi))
    values = picture.astype(np.float32)
    mean = values.mean()
    values = (values - mean) * np.float32(np.exp(rng.uniform(-0.3, 0.3))) + np.float32(mean + rng.uniform(-25, 25))
    values *= np.exp(rng.uniform(-0.15, 0.15, 3)).astype(np.float32)
    if rng.random() < 0.3:
        grey = values.mean(2, keepdims=True)
        values = grey + (values - grey) * np.float32(rng.uniform(0, 1.5))
    if rng.random() < 0.3:
        values += rng.standard_normal(values.shape, np.float32) * np.float32(np.exp(rng.uniform(0, np.log(16))))
    shot = np.clip(values, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        return shot
    stream = BytesIO()
    Image.fromarray(shot).save(stream, "JPEG", quality=int(rng.integers(35, 95)))
    return np.asarray(Image.open(stream))


def smeared(picture, length, angle):
    """Moved by `length` pixels, 5 at most, along `angle` while the shutter was open; on average nothing moves."""
    way = np.linspace(-length / 2, length / 2, 5)[:, None] * [np.sin(angle), np.cos(angle)]
    kernel = np.zeros((5, 5))
    np.add.at(kernel, tuple(np.rint(way).astype(int).T + 2), 1)
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.Kernel((5, 5), kernel.ravel().tolist())))
