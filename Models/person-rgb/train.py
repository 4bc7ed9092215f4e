"""Trains person-rgb on scenes that are drawn here, no photograph, and quantizes it.

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
from detector_training.form import Form  # noqa: E402
from detector_training.loop import train  # noqa: E402
from person_training.colour import varied  # noqa: E402
from person_training.crops import drawn_crop  # noqa: E402
from person_training.drawn import DrawnFrames  # noqa: E402
from person_training.judged import judged  # noqa: E402
from person_training.render.scene import scene  # noqa: E402

FORM = Form(
    ("Person",),
    stem=(16, 24),
    levels=((24, 1), (48, 2), (96, 4)),
    merged=1,
    dense=True,
    crop=256,
    colours=3,
    boxes=2.0,
    exact_answers=True,
)
SIZE = (960, 768)  # what the model is exported for, and judged at
SCALES = (0.6, 1.5)
JUDGED = 200  # scenes of the other renderer that the card's figures come from
WATCHED = 40  # further ones that only watch the training
CALIBRATION = 32  # freshly drawn scenes that set the quantization


def main():
    parser = arguments.parser(__doc__, "person-rgb", steps=8500)
    parser.add_argument("--scenes", type=int, default=3000)
    parser.add_argument("--judged", type=Path, help="only draw the scenes there that judge the model")
    options = parser.parse_args()
    if options.judged:
        print(judged(options.judged, JUDGED, options.seed + 2, SIZE))
        return
    options.work.mkdir(parents=True, exist_ok=True)
    frames = DrawnFrames(options.scenes, options.seed, options.work)

    def sample(rng):
        picture, *truth = drawn_crop(frames, rng, FORM.crop, SCALES)
        return varied(picture, rng), *truth

    watch = judged(options.work / "watched", WATCHED, options.seed + 1, SIZE)
    check = Check(FORM, watch, lambda position, image: True, iou=0.5, overlap=0.5)
    net = train(FORM, sample, options, check=check)
    pictures = [scene(np.random.default_rng([options.seed, 13, k]), SIZE).picture for k in range(CALIBRATION)]
    finish(net, FORM, options, HERE / "model.onnx", *SIZE, pictures)


if __name__ == "__main__":
    main()
