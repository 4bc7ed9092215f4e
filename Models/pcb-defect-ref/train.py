"""Trains pcb-defect-ref, which compares a board with its template, on boards and defects that are drawn here.

Packages: ../requirements.txt, and PyTorch (Debian: python3-torch).
"""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from detector_training import arguments  # noqa: E402
from detector_training.check import Check  # noqa: E402
from detector_training.finish import finish  # noqa: E402
from detector_training.loop import train  # noqa: E402
from pcb_training.augment import crop  # noqa: E402
from pcb_training.drawn import DrawnBoards, shown, whole  # noqa: E402
from pcb_training.labels import COMPARING  # noqa: E402

CALIBRATION = 48  # freshly drawn boards that set the quantization
WORKERS = 2  # drawing defects takes longer than a step of the training


def pair(rng):
    """A whole board with defects and its template, [h, w, 2]."""
    grey, scene = whole(rng, 12)
    return np.stack([grey, shown(scene.sound)], -1)


def main():
    parser = arguments.parser(__doc__, "pcb-defect-ref", steps=2200)
    parser.add_argument("--boards", type=int, default=2400)
    parser.add_argument("--watch", type=Path, help="COCO annotations to measure every 25th picture of while training")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    boards = DrawnBoards(options.boards, options.seed, options.work / "boards.npy")

    def sample(rng):
        return crop(boards.scene(rng), rng, compares=True)

    check = Check(COMPARING, options.watch, lambda position, image: position % 25 == 0) if options.watch else None
    net, spent = train(
        COMPARING, sample, options.work, seed=options.seed, steps=options.steps, workers=WORKERS, check=check
    )
    print(f"trained for {spent / 60:.0f} minutes")
    pairs = [pair(np.random.default_rng([options.seed, 8, k])) for k in range(CALIBRATION)]
    finish(net, COMPARING, options.work, HERE / "model.onnx", 640, 640, pairs)


if __name__ == "__main__":
    main()
