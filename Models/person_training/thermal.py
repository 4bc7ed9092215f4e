"""What may change between two thermal cameras or two nights: contrast, offset, noise and focus."""

import numpy as np
from PIL import Image, ImageFilter


def varied(grey, rng):
    """`grey`: uint8 [h, w]. Returns the same scene as another camera might show it."""
    if rng.random() < 0.15:
        grey = np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9))))
    values = grey.astype(np.float32)
    mean = values.mean()
    values = (values - mean) * np.float32(np.exp(rng.uniform(-0.8, 0.25))) + np.float32(mean + rng.uniform(-25, 25))
    if rng.random() < 0.3:
        values += rng.standard_normal(values.shape, np.float32) * np.float32(np.exp(rng.uniform(0, np.log(12))))
    return np.clip(values, 0, 255).astype(np.uint8)
