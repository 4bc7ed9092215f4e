"""Trains person-thermal on HIT-UAV's train frames, two of nine days held back, and quantizes it.

Packages: ../requirements.txt, and PyTorch (Debian: python3-torch).
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from detector_training import arguments  # noqa: E402
from detector_training.check import Check  # noqa: E402
from detector_training.finish import finish  # noqa: E402
from detector_training.form import Form  # noqa: E402
from detector_training.loop import train  # noqa: E402
from person_training.crops import drawn_crop  # noqa: E402
from person_training.hituav import LABELS, Frames  # noqa: E402
from person_training.thermal import varied  # noqa: E402

FORM = Form(
    LABELS,
    stem=(16, 24),
    levels=((24, 1), (48, 1), (96, 2)),
    merged=1,
    dense=True,
    head=False,
    crop=256,
    boxes=2.0,
    exact_answers=True,
)
HELD_BACK = ("20210114", "20210118")  # days whose frames only watch the training
SCALES = (0.7, 1.4)
WATCHED = 3  # every third of the frames held back is measured while training
CALIBRATION = 40  # every 40th frame sets the quantization


def main():
    parser = arguments.parser(__doc__, "person-thermal", steps=8000)
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared/datasets/hit-uav")
    options = parser.parse_args()
    annotations = options.data / "train.json"
    frames = Frames(annotations, keep=lambda image: image["date_captured"] not in HELD_BACK)

    def sample(rng):
        picture, *truth = drawn_crop(frames, rng, FORM.crop, SCALES)
        return varied(picture, rng), *truth

    watched = lambda position, image: image["date_captured"] in HELD_BACK and position % WATCHED == 0  # noqa: E731
    check = Check(FORM, annotations, watched, iou=0.5, overlap=0.5)
    net = train(FORM, sample, options, check=check)
    chosen = [frames[k].picture for k in range(CALIBRATION // 2, len(frames), CALIBRATION)]
    finish(net, FORM, options, HERE / "model.onnx", 640, 512, chosen)


if __name__ == "__main__":
    main()
