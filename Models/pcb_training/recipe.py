"""The training of a model that learns from drawn boards and defects alone."""

from pathlib import Path

import numpy as np

from detector_training import arguments
from detector_training.check import Check
from detector_training.finish import finish
from detector_training.loop import train

from .augment import crop
from .drawn import DrawnBoards, shown, whole

CALIBRATION = 48  # freshly drawn boards that set the quantization


def learn_from_drawn(description, form, model, steps):
    """Trains `form` as the command line says and writes the int8 `model`, an ONNX file in a folder of its name."""
    parser = arguments.parser(description, model.parent.name, steps)
    parser.add_argument("--boards", type=int, default=2400)
    parser.add_argument("--watch", type=Path, help="COCO annotations to measure every 25th picture of while training")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    boards = DrawnBoards(options.boards, options.seed, options.work / "boards.npy")

    def sample(rng):
        return crop(boards.scene(rng), rng, form)

    check = Check(form, options.watch, lambda position, image: position % 25 == 0) if options.watch else None
    net = train(form, sample, options, check=check)
    pictures = [whole_board(form, np.random.default_rng([options.seed, 8, k])) for k in range(CALIBRATION)]
    finish(net, form, options.work, model, 640, 640, pictures)


def whole_board(form, rng):
    """A board with defects, and behind it its template where the network compares."""
    grey, scene = whole(rng, 12)
    return np.stack([grey, shown(scene.sound)], -1) if form.compares else grey
