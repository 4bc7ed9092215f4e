"""A store of drawn sound boards, each depending on the seed and its number only, and scenes made from them."""

from multiprocessing import Pool
from pathlib import Path

import numpy as np

from .augment import black_on_white, ringing
from .boards import board
from .defects import with_defects
from .scene import VIEW, Scene

QUALITY = 75
WEIGHTS = ["open"] * 4 + ["short"] * 4 + ["mousebite"] * 3 + ["spur"] * 3 + ["copper"] * 2 + ["pin-hole"] * 2


def packed_board(key):
    return np.packbits(board(np.random.default_rng(key)), axis=1)


class DrawnBoards:
    def __init__(self, count, seed, store, processes=2):
        store = Path(store)
        if not store.exists():
            with Pool(processes) as pool:
                boards = pool.map(packed_board, [[seed, 7, k] for k in range(count)], chunksize=8)
            np.save(store, np.stack(boards))
        self.boards = np.load(store)[:count]

    def scene(self, rng, most=9):
        """A view of a random board with up to `most` defects drawn on it."""
        copper = np.unpackbits(self.boards[int(rng.integers(len(self.boards)))], axis=1).astype(bool)
        return with_defects(Scene.bare(copper).view(VIEW, rng), rng, int(rng.integers(0, most)), WEIGHTS)


def whole(rng, defects):
    """A new board of full size with `defects` on it, as the camera shows it: (grey picture, scene)."""
    scene = with_defects(Scene.bare(board(rng)), rng, defects, WEIGHTS)
    return shown(scene.copper), scene


def shown(copper):
    return ringing(black_on_white(copper), QUALITY)
