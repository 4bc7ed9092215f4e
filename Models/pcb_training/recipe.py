"""The trainings of the models that judge boards: from drawn boards and defects alone, or from DeepPCB's too."""

from pathlib import Path

import numpy as np

from detector_training import arguments
from detector_training.check import Check
from detector_training.finish import finish
from detector_training.loop import train

from .augment import crop
from .deeppcb import Boards, grey_of
from .defects import with_defects
from .drawn import DrawnBoards, shown, whole

WATCHED = 25  # every 25th real picture only watches the training
CALIBRATION = 48  # freshly drawn boards that set the quantization
DRAWN_BOARDS = 0.25  # share of crops from boards that are drawn, where there are real ones
DRAWN_DEFECTS = 0.5  # share of the real ones' crops that get further, drawn defects
BY_CAMERA = 0.4  # share of crops as a camera sees them, for pictures that nobody has thresholded
SELDOM_BY_CAMERA = 0.1  # the same where all that will be judged is thresholded, as DeepPCB is
REAL_CALIBRATION = 20  # every 20th picture sets the quantization
DEEPPCB = Path(__file__).resolve().parents[3] / "shared/datasets/deeppcb"


def is_watched(position, image=None):
    return position % WATCHED == 0


def learn_from_drawn(description, form, model, steps):
    """Trains `form` as the command line says and writes the int8 `model`, an ONNX file in a folder of its name."""
    parser = arguments.parser(description, model.parent.name, steps)
    parser.add_argument("--watch", type=Path, help="COCO annotations to measure every 25th picture of while training")
    options = parsed(parser)
    boards = DrawnBoards(options.boards, options.seed, options.work / "boards.npy")

    def sample(rng):
        return crop(boards.scene(rng), rng, form, BY_CAMERA)

    check = Check(form, options.watch, is_watched) if options.watch else None
    net = train(form, sample, options, check=check)
    pictures = [whole_board(form, np.random.default_rng([options.seed, 8, k])) for k in range(CALIBRATION)]
    finish(net, form, options, model, 640, 640, pictures)


def learn_from_deeppcb(description, form, model, steps):
    """The same on DeepPCB's `trainval` as well; drawn boards and defects help."""
    parser = arguments.parser(description, model.parent.name, steps)
    parser.add_argument("--data", type=Path, default=DEEPPCB)
    options = parsed(parser)
    annotations = options.data / "trainval.json"
    boards = Boards(annotations, keep=lambda position: not is_watched(position))
    drawn = DrawnBoards(options.boards, options.seed, options.work / "boards.npy")

    def sample(rng):
        if rng.random() < DRAWN_BOARDS:
            return crop(drawn.scene(rng), rng, form, SELDOM_BY_CAMERA)
        scene = boards.scene(int(rng.integers(len(boards))), rng)
        if rng.random() < DRAWN_DEFECTS:
            scene = with_defects(scene, rng, int(rng.integers(1, 7)))
        return crop(scene, rng, form, SELDOM_BY_CAMERA)

    net = train(form, sample, options, check=Check(form, annotations, is_watched))
    chosen = boards.files[REAL_CALIBRATION // 2 :: REAL_CALIBRATION]
    finish(net, form, options, model, 640, 640, [real_board(form, files) for files in chosen])


def parsed(parser):
    parser.add_argument("--boards", type=int, default=2400, help="drawn boards")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    return options


def real_board(form, files):
    """A picture, and behind it its template where the network compares."""
    board, template = files
    return np.stack([grey_of(board), grey_of(template)], -1) if form.compares else grey_of(board)


def whole_board(form, rng):
    """A board with defects, and behind it its template where the network compares."""
    grey, scene = whole(rng, 12)
    return np.stack([grey, shown(scene.sound)], -1) if form.compares else grey
