"""Trains pcb-defect-ref-deeppcb, which compares, on deeppcb/trainval, helped by drawn defects and boards.

Packages: ../requirements.txt, and PyTorch (Debian: python3-torch).
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from pcb_training.labels import COMPARING  # noqa: E402
from pcb_training.recipe import learn_from_deeppcb  # noqa: E402

if __name__ == "__main__":
    learn_from_deeppcb(__doc__, COMPARING, HERE / "model.onnx", steps=2500)
