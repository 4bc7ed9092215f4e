"""Hand-drawn marks: the shapes that defects are made of, as masks."""

import numpy as np
from PIL import Image, ImageDraw


SPECK_LENGTHS = [(5, 16), (14, 34), (30, 62)]


def mark(size, path, radii):
    """Discs of `radii` along `path` ([n, 2], x y), joined. Returns bool [size, size]."""
    picture = Image.new("L", (size, size))
    draw = ImageDraw.Draw(picture)
    for (x, y), r in zip(path, radii):
        draw.ellipse([x - r, y - r, x + r, y + r], fill=255)
    for (a, b), r in zip(zip(path[:-1], path[1:]), radii):
        draw.line([*a, *b], fill=255, width=max(1, int(round(2 * r))))
    return np.asarray(picture) > 0


def bent(start, end, rng, bend=0.25, points=9):
    """A path from `start` to `end` that bows to one side and trembles a little."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = np.linspace(0, 1, points)[:, None]
    across = (end - start)[::-1] * [-1, 1]
    bow = rng.normal(0, bend) * 4 * along * (1 - along) + rng.normal(0, bend / 3) * np.sin(2 * np.pi * along)
    return start + along * (end - start) + bow * across + rng.normal(0, 0.4, (points, 2))


def widths(rng, points, radius):
    """Radii along a path: even, swelling, or tapering to one end like a comet."""
    along = np.linspace(0, 1, points)
    kind = rng.random()
    if kind < 0.5:
        shape = np.ones(points)
    elif kind < 0.8:
        shape = 1 - along * rng.uniform(0.3, 0.85)
        shape = shape if rng.random() < 0.5 else shape[::-1]
    else:
        shape = 0.6 + 0.6 * np.sin(np.pi * along)
    return np.maximum(radius * shape + rng.normal(0, 0.25, points), 0.5)


def speck(size, centre, rng):
    """A free-standing mark for spurious copper and pin-holes."""
    kind = rng.random()
    if kind < 0.3:
        return dot(size, centre, rng)
    if kind < 0.4:
        return scribble(size, centre, rng)
    length = rng.uniform(*SPECK_LENGTHS[rng.choice(3, p=[0.6, 0.28, 0.12])])
    angle = rng.uniform(0, 2 * np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    path = bent(centre - reach, centre + reach, rng, 0.3)
    return mark(size, path, widths(rng, len(path), rng.uniform(1.5, 5.0)))


def dot(size, centre, rng):
    """A round, lumpy or boxy spot, or a large disc."""
    radius = rng.uniform(3, 7.5)
    if rng.random() < 0.15:
        return mark(size, [centre], [rng.uniform(6, 16)])
    if rng.random() < 0.25:
        picture = Image.new("L", (size, size))
        half = np.array([radius, radius * rng.uniform(0.5, 1.2)])
        ImageDraw.Draw(picture).rectangle([*(centre - half), *(centre + half)], fill=255)
        return np.asarray(picture) > 0
    count = int(rng.integers(1, 5))
    path = centre + rng.normal(0, radius * 0.45, (count, 2))
    return mark(size, path, radius * rng.uniform(0.6, 1.0, count))


def scribble(size, centre, rng):
    """A thin line that wanders over itself."""
    count = int(rng.integers(6, 16))
    path = centre + np.cumsum(rng.normal(0, rng.uniform(2.5, 5), (count, 2)), 0)
    path += centre - path.mean(0)
    return mark(size, path, np.full(count, rng.uniform(0.6, 1.5)))


def scratched(mask, rng):
    """The mark as an eraser leaves it: partly rubbed away in thin lines."""
    height, width = mask.shape
    noise = rng.random((height, 1)) if rng.random() < 0.5 else rng.random((1, width))
    noise = np.broadcast_to(noise, mask.shape)
    return mask & ((noise < 0.6) | (rng.random(mask.shape) < 0.5))
