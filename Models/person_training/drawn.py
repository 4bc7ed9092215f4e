"""A store of drawn scenes, each depending on the seed and its number only."""

import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from .crops import Frame
from .render.scene import SIZE, scene


def drawn(key):
    return scene(np.random.default_rng(key))


class DrawnFrames:
    """`count` scenes in `folder`, drawn there if they are absent; the pictures are not read into memory at once."""

    def __init__(self, count, seed, folder, processes=2):
        folder = Path(folder)
        pictures, truths = folder / f"scenes-{count}.npy", folder / f"scenes-{count}.json"
        if not truths.exists():
            store = np.lib.format.open_memmap(pictures, "w+", np.uint8, (count, SIZE[1], SIZE[0], 3))
            notes = []
            with Pool(processes) as pool:
                keys = [[seed, 11, k] for k in range(count)]
                for k, frame in enumerate(pool.imap(drawn, keys, chunksize=8)):
                    store[k] = frame.picture
                    notes.append([frame.boxes.tolist(), frame.doubtful.tolist()])
            store.flush()
            truths.write_text(json.dumps(notes))
        self.pictures = np.load(pictures, mmap_mode="r")
        self.notes = [
            [np.array(kind, np.float32).reshape(-1, 4) for kind in note] for note in json.loads(truths.read_text())
        ]

    def __len__(self):
        return len(self.notes)

    def __getitem__(self, index):
        boxes, doubtful = self.notes[index]
        return Frame(np.asarray(self.pictures[index]), boxes, np.zeros(len(boxes), np.int64), doubtful)
