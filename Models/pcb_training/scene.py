"""A black and white picture of a board and the defects marked on it."""

from dataclasses import dataclass

import numpy as np

VIEW = 420  # what a training crop is cut from; larger pictures only cost time


@dataclass
class Scene:
    """`copper`, `sound`: bool [h, w]; the second is the board as it should be.

    `boxes`: float [n, 4] as left, top, right, bottom. `labels`: int [n].
    """

    copper: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    sound: np.ndarray

    @staticmethod
    def bare(copper):
        return Scene(copper, np.zeros((0, 4), np.float32), np.zeros(0, np.int64), copper)

    def adding(self, boxes, labels):
        if not labels:
            return self
        return Scene(
            self.copper,
            np.concatenate([self.boxes, np.asarray(boxes, np.float32).reshape(-1, 4)]),
            np.concatenate([self.labels, np.asarray(labels, np.int64)]),
            self.sound,
        )

    def view(self, size, rng):
        """A square part at a random place. Boxes may reach out of it, so that a crop can tell how much it sees."""
        height, width = self.copper.shape
        x, y = int(rng.integers(0, width - size + 1)), int(rng.integers(0, height - size + 1))
        boxes = self.boxes - np.array([x, y, x, y], np.float32)
        near = (boxes[:, :2] < size).all(1) & (boxes[:, 2:] > 0).all(1)
        part = slice(y, y + size), slice(x, x + size)
        return Scene(self.copper[part], boxes[near], self.labels[near], self.sound[part])
