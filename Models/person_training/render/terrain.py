"""Ground seen from straight above: noise of many sizes in the colours of one country, with paths and patches."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

COUNTRIES = {  # name: colours between which the noise moves
    "meadow": [(0.23, 0.3, 0.1), (0.35, 0.4, 0.16), (0.45, 0.43, 0.22), (0.18, 0.24, 0.09)],
    "dry grass": [(0.55, 0.48, 0.28), (0.45, 0.38, 0.22), (0.62, 0.55, 0.36), (0.36, 0.33, 0.18)],
    "forest floor": [(0.22, 0.17, 0.11), (0.3, 0.22, 0.13), (0.16, 0.17, 0.09), (0.38, 0.27, 0.15)],
    "scree": [(0.45, 0.44, 0.42), (0.33, 0.32, 0.31), (0.58, 0.56, 0.53), (0.27, 0.27, 0.27)],
    "rock": [(0.5, 0.45, 0.4), (0.38, 0.34, 0.31), (0.6, 0.54, 0.46), (0.3, 0.3, 0.26)],
    "snow": [(0.85, 0.87, 0.9), (0.92, 0.93, 0.95), (0.75, 0.79, 0.86), (0.6, 0.6, 0.6)],
    "asphalt": [(0.3, 0.3, 0.31), (0.36, 0.36, 0.36), (0.26, 0.26, 0.27), (0.42, 0.41, 0.4)],
    "heath": [(0.3, 0.2, 0.2), (0.22, 0.22, 0.12), (0.4, 0.3, 0.22), (0.28, 0.26, 0.12)],
    "field": [(0.36, 0.27, 0.18), (0.44, 0.34, 0.23), (0.3, 0.22, 0.15), (0.33, 0.36, 0.16)],
}
UNSEEN = {  # never trained on: what the model is judged by
    "beach": [(0.76, 0.69, 0.54), (0.83, 0.77, 0.62), (0.65, 0.58, 0.45), (0.55, 0.5, 0.4)],
    "moor": [(0.2, 0.17, 0.13), (0.33, 0.28, 0.15), (0.13, 0.13, 0.11), (0.42, 0.38, 0.22)],
    "red earth": [(0.55, 0.3, 0.18), (0.45, 0.24, 0.14), (0.62, 0.38, 0.24), (0.38, 0.26, 0.18)],
}


def smooth(rng, size, cells):
    """Noise in 0...1 whose blobs are size/cells pixels wide."""
    coarse = Image.fromarray((rng.random((max(cells, 2), max(cells, 2))) * 255).astype(np.uint8))
    return np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC), np.float32) / 255


def clouds(rng, size, finest, decay):
    """Sum of noises, each twice as fine as the one before; `decay` is how much weaker it is."""
    total, weight, cells, sum_ = np.zeros((size, size), np.float32), 1.0, int(rng.integers(2, 5)), 0.0
    while cells < size / finest:
        total += weight * smooth(rng, size, cells)
        sum_ += weight
        weight, cells = weight * decay, cells * 2
    return total / max(sum_, 1e-6)


def ground(rng, size, colours, pixels_a_metre):
    """A square of ground as float [size, size, 3]."""
    colours = np.array(colours) * rng.uniform(0.8, 1.2, (1, 3)) ** 0.5
    colours = colours[rng.permutation(len(colours))]
    where = clouds(rng, size, rng.uniform(1.2, 4), rng.uniform(0.55, 0.85))
    where = (where - where.mean()) / (where.std() + 1e-6)
    picture = mixed(colours[0], colours[1], edge(where, 0, rng.uniform(0.4, 2)))
    patches = clouds(rng, size, rng.uniform(3, 12), rng.uniform(0.5, 0.75))
    patches = (patches - patches.mean()) / (patches.std() + 1e-6)
    picture = mixed(picture, colours[2], edge(patches, rng.uniform(0.2, 1.5), rng.uniform(0.05, 0.8))[..., None])
    speckle = rng.standard_normal((size, size)).astype(np.float32)
    if rng.random() < 0.5:
        speckle = (speckle + np.roll(speckle, 1, 0) + np.roll(speckle, 1, 1) + np.roll(speckle, (1, 1), (0, 1))) / 2
    picture = picture * (1 + rng.uniform(0.01, 0.12) * speckle[..., None] + rng.uniform(0.02, 0.1) * where[..., None])
    if rng.random() < 0.4:
        tufts = edge(clouds(rng, size, 1.5, 0.95), rng.uniform(0.55, 0.7), 0.03)[..., None]
        picture = mixed(picture, colours[3], tufts)
    if rng.random() < 0.5:
        picture = with_relief(picture, rng)
    if rng.random() < 0.5:
        picture = strewn(picture, rng, pixels_a_metre)
    if rng.random() < 0.35:
        picture = with_path(picture, rng, pixels_a_metre)
    return np.clip(picture, 0.01, 1)


def edge(values, level, softness):
    return np.clip((values - level) / softness * 0.5 + 0.5, 0, 1)


def mixed(a, b, share):
    share = share if share.ndim == 3 else share[..., None]
    return np.asarray(a, np.float32) * (1 - share) + np.asarray(b, np.float32) * share


def with_relief(picture, rng):
    """Bumps, lit from one side."""
    heights = clouds(rng, len(picture), rng.uniform(1.5, 6), rng.uniform(0.75, 1.05))
    slope = heights - np.roll(heights, tuple(rng.integers(-2, 3, 2)), (0, 1))
    return picture * np.clip(1 + rng.uniform(0.1, 0.5) * slope / (slope.std() + 1e-6), 0.15, 2)[..., None]


def strewn(picture, rng, pixels_a_metre):
    """Stones, tufts and litter up to a metre wide, each with a shadow."""
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    away = rng.normal(0, 0.5, 2)
    tone = picture.mean((0, 1)) * rng.uniform(0.5, 1.8)
    for _ in range(int(np.exp(rng.uniform(np.log(20), np.log(1500))))):
        at, half = rng.uniform(0, len(picture), 2), 0.5 * rng.uniform(0.05, 1) ** 2 * pixels_a_metre
        halves = np.maximum(half * rng.uniform(0.5, 1.3, 2), 0.6)
        colour = tone * rng.uniform(0.6, 1.4) if rng.random() < 0.95 else rng.random(3)
        for centre, shown in ((at + away * halves, colour * 0.35), (at, colour)):
            pen.ellipse((*(centre - halves), *(centre + halves)), fill=tuple((np.clip(shown, 0, 1) * 255).astype(int)))
    softened = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9)))
    return np.asarray(softened, np.float32) / 255


def with_path(picture, rng, pixels_a_metre):
    """A path or a road, perhaps with a line along it."""
    size = len(picture)
    mask = Image.new("L", (size, size))
    pen = ImageDraw.Draw(mask)
    steps = np.linspace(-0.2, 1.2, 12)[:, None]
    ends = rng.uniform(-0.1, 1.1, (2, 2))
    line = ends[0] + (ends[1] - ends[0]) * steps + rng.normal(0, 0.03, (12, 2)).cumsum(0)
    width = int(np.clip(rng.uniform(0.6, 5) * pixels_a_metre, 2, size / 4))
    points = [tuple(p) for p in line * size]
    pen.line(points, fill=255, width=width, joint="curve")
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 4))), np.float32)[..., None] / 255
    tone = np.full(3, rng.uniform(0.25, 0.65)) * rng.uniform(0.85, 1.15, 3)
    picture = mixed(picture, tone * (1 + 0.05 * rng.standard_normal((size, size, 1))), soft * rng.uniform(0.6, 1))
    if width > 12 and rng.random() < 0.3:
        marks = Image.new("L", (size, size))
        ImageDraw.Draw(marks).line(points, fill=255, width=max(width // 25, 1))
        picture = mixed(picture, np.full(3, 0.85), np.asarray(marks, np.float32)[..., None] / 255)
    return picture
