"""The pinhole camera that looks at the ground and the light that falls on it. Metres; x right, y ahead, z up."""

from dataclasses import dataclass

import numpy as np


@dataclass
class View:
    """A camera that looks at the origin from `elevation` radians above the horizon (pi/2: straight down)."""

    width: int
    height: int
    focal: float  # pixels
    distance: float  # metres to the origin
    elevation: float

    @property
    def axes(self):
        """Rows: to the right, to the bottom and away from the camera."""
        sine, cosine = np.sin(self.elevation), np.cos(self.elevation)
        return np.array([[1, 0, 0], [0, -sine, -cosine], [0, cosine, -sine]])

    def seen(self, points):
        """Points [n, 3] in the camera's axes: right, down, depth."""
        return points @ self.axes.T + np.array([0, 0, self.distance])

    def pixels(self, points):
        """Pixels [n, 2] and depths [n] of points [n, 3]."""
        seen = self.seen(np.asarray(points, float))
        centre = np.array([self.width, self.height]) / 2
        return seen[:, :2] / seen[:, 2:] * self.focal + centre, seen[:, 2]

    def ground(self, pixel):
        """The point of the ground that a pixel shows, which is under the horizon."""
        centre = np.array([self.width, self.height]) / 2
        ray = np.array([*((np.asarray(pixel) - centre) / self.focal), 1.0]) @ self.axes
        start = -self.axes[2] * self.distance
        return start - ray * start[2] / ray[2]


@dataclass
class Light:
    """The sun's direction (unit, towards it) and how much of the light is the sun's and the sky's."""

    towards: np.ndarray
    sun: float
    sky: float


def drawn_light(rng):
    height, turn = rng.uniform(0.3, 1.35), rng.uniform(0, 2 * np.pi)
    towards = np.array([np.cos(height) * np.cos(turn), np.cos(height) * np.sin(turn), np.sin(height)])
    sun = rng.uniform(0.0, 0.25) if rng.random() < 0.35 else rng.uniform(0.45, 0.8)  # overcast or clear
    return Light(towards, sun, 1 - sun)
