"""The other renderer: other ground, people and camera. Nothing is trained on it; person-rgb is judged by it."""

from io import BytesIO

import numpy as np
from PIL import Image

from .figure import HAIR, SKIN, cloth
from .optics import photographed
from .solids import Solid
from .terrain import UNSEEN, mixed

SMEARS = ((0,), (-1, 0, 0, 1), (-1, 0, 1))  # where a pixel goes while the shutter is open: on average nowhere


def spectral(rng, size, slope):
    """Noise whose power falls with the frequency as its power of `slope`; mean 0, deviation 1."""
    down, across = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]
    frequency = np.hypot(down, across)
    frequency[0, 0] = 1
    waves = np.exp(2j * np.pi * rng.random(frequency.shape)) * frequency ** (-slope / 2)
    waves[0, 0] = 0
    noise = np.fft.irfft2(waves, (size, size)).astype(np.float32)
    return noise / (noise.std() + 1e-9)


def cells(rng, size, count):
    """The number of the nearest of `count` random points, and whether a border is near."""
    small = size // 4
    points = rng.uniform(0, small, (count, 2)).astype(np.float32)
    rows, columns = np.mgrid[0:small, 0:small].astype(np.float32)
    away = np.hypot(rows[..., None] - points[:, 0], columns[..., None] - points[:, 1])
    away = np.partition(away, 1, axis=2)[..., :2] if count > 1 else away
    border = away[..., 1] - away[..., 0] < 0.8
    return (
        np.asarray(Image.fromarray(border.astype(np.uint8) * 255).resize((size, size), Image.Resampling.BILINEAR)) / 255
    )


def ground(rng, size, colours, pixels_a_metre):
    """A square of ground as float [size, size, 3]: spectral noise, cracks or stones between."""
    colours = np.array(colours)[rng.permutation(len(colours))]
    picture = mixed(colours[0], colours[1], np.clip(spectral(rng, size, rng.uniform(2, 3)) * 0.4 + 0.5, 0, 1))
    picture = mixed(picture, colours[2], np.clip(spectral(rng, size, rng.uniform(1.2, 2)) * 0.5, 0, 1))
    if rng.random() < 0.4:
        cracks = cells(rng, size, int(rng.integers(20, 120))).astype(np.float32)
        picture = mixed(picture, colours[3] * 0.6, cracks * rng.uniform(0.3, 0.9))
    return np.clip(picture * (1 + 0.08 * spectral(rng, size, rng.uniform(0, 1))[..., None]), 0.01, 1)


def figure(rng):
    """A person in a long coat or a jacket, of eight capsules, standing, walking, kneeling or lying."""
    size, width = rng.uniform(0.85, 1.08), rng.uniform(0.9, 1.3)
    coat, legs, skin = cloth(rng), cloth(rng), SKIN[rng.integers(len(SKIN))]
    hat = cloth(rng) if rng.random() < 0.5 else HAIR[rng.integers(len(HAIR))]
    hem = rng.uniform(0.45, 0.9) * size
    kneels = rng.random() < 0.2
    stride = rng.uniform(0, 0.3)
    drop = 0.35 * size if kneels else 0.0
    lean = rng.uniform(-0.05, 0.2)
    chest, brow = np.array([0, lean, 1.4 * size - drop]), np.array([0, lean + 0.03, 1.62 * size - drop])
    solids = [
        Solid(np.array([0, 0, max(hem - drop, 0.15)]), chest, (0.22 * width, 0.17 * width), coat, 0.08),
        Solid(brow, brow, (0.11, 0.11), skin, 0.05),
        Solid(brow + np.array([0, -0.02, 0.04]), brow + np.array([0, -0.02, 0.06]), (0.12, 0.11), hat, 0.05),
    ]
    for sign in (-1, 1):
        foot = np.array([0.1 * sign * width, sign * stride, 0.05])
        solids.append(Solid(np.array([0.1 * sign * width, 0, max(hem - drop, 0.2)]), foot, (0.1, 0.07), legs, 0.06))
        hand = np.array([sign * rng.uniform(0.2, 0.5), rng.uniform(-0.2, 0.4), rng.uniform(0.7, 1.9) * size - drop])
        solids.append(Solid(chest + np.array([0.2 * sign * width, 0, -0.03]), hand, (0.075, 0.055), coat, 0.08))
    if rng.random() < 0.25:
        over = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
        low = np.array([0, 0, 0.2 * width])
        solids = [Solid(over @ s.start + low, over @ s.end + low, s.radii, s.colour, s.grain) for s in solids]
    return solids


def photograph(picture, rng):
    """Darker corners, motion, then a JPEG of middling quality."""
    height, width = picture.shape[:2]
    down, across = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    shot = photographed(picture * (1 - rng.uniform(0, 0.3) * (down**2 + across**2) / 2)[..., None], rng)
    blurred = np.mean([np.roll(shot, k, axis=1) for k in SMEARS[rng.integers(len(SMEARS))]], axis=0).astype(np.uint8)
    stream = BytesIO()
    Image.fromarray(blurred).save(stream, "JPEG", quality=int(rng.integers(45, 85)))
    return np.asarray(Image.open(stream))


VARIANT = {"countries": UNSEEN, "cover": ground, "figure": figure, "photograph": photograph}
