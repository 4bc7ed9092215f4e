"""Capsules with two radii: everything that stands on the ground is made of them. Drawn with depth, shade and shadow."""

from dataclasses import dataclass

import numpy as np

FINE = 3  # samples across a pixel


@dataclass
class Solid:
    """From `start` to `end` (metres), as thick as `radii` there. `grain`: how much its colour varies."""

    start: np.ndarray
    end: np.ndarray
    radii: tuple
    colour: np.ndarray
    grain: float = 0.05


def placed(solids, at, turn, scale=1.0):
    """The solids turned about the vertical and moved to the point `at` of the ground."""
    sine, cosine = np.sin(turn), np.cos(turn)
    spin = np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]]) * scale
    return [
        Solid(s.start @ spin + at, s.end @ spin + at, tuple(r * scale for r in s.radii), s.colour, s.grain)
        for s in solids
    ]


class Patch:
    """The part of the picture that some circles cover, as a grid of fine samples."""

    def __init__(self, pixels, radii, shape):
        low = np.floor((pixels - radii[:, None]).min(0)).astype(int) - 1
        high = np.ceil((pixels + radii[:, None]).max(0)).astype(int) + 2
        self.left, self.top = np.maximum(low, 0)
        self.right, self.bottom = np.minimum(high, [shape[1], shape[0]])
        self.is_empty = self.right <= self.left or self.bottom <= self.top
        if not self.is_empty:
            x = (np.arange((self.right - self.left) * FINE) + 0.5) / FINE + self.left
            y = (np.arange((self.bottom - self.top) * FINE) + 0.5) / FINE + self.top
            self.x, self.y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))

    @property
    def place(self):
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def coarse(self, fine):
        rows, columns = self.bottom - self.top, self.right - self.left
        return fine.reshape(rows, FINE, columns, FINE, *fine.shape[2:]).mean((1, 3))


def along(patch, a, b, ra, rb):
    """For each sample: how far along the axis from `a` to `b` it lies, its offset from there and the radius there."""
    axis = b - a
    length = max(float(axis @ axis), 1e-6)
    t = np.clip(((patch.x - a[0]) * axis[0] + (patch.y - a[1]) * axis[1]) / length, 0, 1)
    return t, patch.x - a[0] - t * axis[0], patch.y - a[1] - t * axis[1], ra + t * (rb - ra)


def cast_shadow(picture, solids, view, light, softness=0.0):
    """Darkens the ground (float [h, w, 3]) where the solids keep the sun away."""
    if light.sun < 0.05:
        return
    ends = np.array([[s.start, s.end] for s in solids]).reshape(-1, 3)
    fallen = ends - light.towards * (np.maximum(ends[:, 2:], 0) / light.towards[2])
    pixels, depths = view.pixels(fallen)
    radii = np.array([s.radii for s in solids]).reshape(-1) * view.focal / depths
    if depths.min() < view.distance * 0.3:
        return
    patch = Patch(pixels, radii, picture.shape)
    if patch.is_empty:
        return
    dark = np.zeros(patch.x.shape, bool)
    for k in range(0, len(ends), 2):
        _, dx, dy, r = along(patch, pixels[k], pixels[k + 1], radii[k], radii[k + 1])
        dark |= dx * dx + dy * dy < r * r
    share = patch.coarse(dark.astype(np.float32))[..., None] * light.sun * 0.85
    picture[patch.place] *= 1 - share


def draw(picture, owner, number, solids, view, light, rng):
    """Draws the solids into `picture` (float [h, w, 3], 0...1) and writes `number` to their pixels of `owner`.

    Returns what they cover as left, top, right, bottom and how many pixels that are; `None` outside the picture.
    """
    ends = np.array([[s.start, s.end] for s in solids]).reshape(-1, 3)
    pixels, depths = view.pixels(ends)
    if depths.min() < view.distance * 0.2:
        return None
    radii = np.array([s.radii for s in solids]).reshape(-1) * view.focal / depths
    patch = Patch(pixels, radii, picture.shape)
    if patch.is_empty:
        return None
    nearest = np.full(patch.x.shape, np.inf, np.float32)
    colours = np.zeros((*patch.x.shape, 3), np.float32)
    sun, up = view.axes @ light.towards, view.axes @ np.array([0, 0, 1.0])
    for k, solid in enumerate(solids):
        a, b = 2 * k, 2 * k + 1
        t, dx, dy, r = along(patch, pixels[a], pixels[b], radii[a], radii[b])
        r = np.maximum(r, 1e-3)
        away = (dx * dx + dy * dy) / (r * r)
        depth = depths[a] + t * (depths[b] - depths[a])
        front = np.sqrt(np.maximum(1 - away, 0))
        depth = depth - front * r * (depths[a] / view.focal)
        shown = (away < 1) & (depth < nearest)
        if not shown.any():
            continue
        nx, ny, nz = dx[shown] / r[shown], dy[shown] / r[shown], -front[shown]
        lit = np.maximum(nx * sun[0] + ny * sun[1] + nz * sun[2], 0)
        open_sky = 0.6 + 0.4 * (nx * up[0] + ny * up[1] + nz * up[2])
        bright = light.sky * open_sky + light.sun * 1.35 * lit + 0.12 * light.sun
        grain = 1 + solid.grain * rng.standard_normal(len(bright)).astype(np.float32)
        nearest[shown] = depth[shown]
        colours[shown] = solid.colour[None] * (bright * grain)[:, None]
    covered = np.isfinite(nearest)
    share = patch.coarse(covered.astype(np.float32))[..., None]
    mean = patch.coarse(colours * covered[..., None])
    picture[patch.place] = picture[patch.place] * (1 - share) + np.minimum(mean, 1.2)
    rows, columns = np.nonzero(share[..., 0] > 0.4)
    if len(rows) == 0:
        return None
    rows, columns = rows + patch.top, columns + patch.left
    owner[rows, columns] = number
    box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], np.float32)
    return box, len(rows)
