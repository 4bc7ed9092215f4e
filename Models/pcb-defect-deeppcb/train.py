"""Trains pcb-defect-deeppcb on deeppcb/trainval, helped by drawn defects and boards, and quantizes it.

Packages: ../requirements.txt, and PyTorch (Debian: python3-torch).
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from detector_training import arguments  # noqa: E402
from detector_training.check import Check  # noqa: E402
from detector_training.finish import finish  # noqa: E402
from detector_training.loop import train  # noqa: E402
from pcb_training.augment import crop  # noqa: E402
from pcb_training.deeppcb import Boards, grey_of  # noqa: E402
from pcb_training.defects import with_defects  # noqa: E402
from pcb_training.drawn import DrawnBoards  # noqa: E402
from pcb_training.labels import ALONE  # noqa: E402

HELD_BACK = 25  # every 25th picture only watches the training
DRAWN_BOARDS = 0.25  # share of crops from boards that are drawn
DRAWN_DEFECTS = 0.5  # share of the other crops that get further, drawn defects
CALIBRATION = 20  # every 20th picture sets the quantization


def main():
    parser = arguments.parser(__doc__, "pcb-defect-deeppcb", steps=4000)
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared/datasets/deeppcb")
    parser.add_argument("--boards", type=int, default=2400, help="drawn boards")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    annotations = options.data / "trainval.json"
    boards = Boards(annotations, keep=lambda position: position % HELD_BACK != 0)

    drawn = DrawnBoards(options.boards, options.seed, options.work / "boards.npy")

    def sample(rng):
        if rng.random() < DRAWN_BOARDS:
            return crop(drawn.scene(rng), rng, ALONE)
        scene = boards.scene(int(rng.integers(len(boards))), rng)
        if rng.random() < DRAWN_DEFECTS:
            scene = with_defects(scene, rng, int(rng.integers(1, 7)))
        return crop(scene, rng, ALONE)

    check = Check(ALONE, annotations, lambda position, image: position % HELD_BACK == 0)
    net = train(ALONE, sample, options, check=check)
    chosen = boards.names[CALIBRATION // 2 :: CALIBRATION]
    finish(net, ALONE, options.work, HERE / "model.onnx", 640, 640, [grey_of(options.data / name) for name in chosen])


if __name__ == "__main__":
    main()
