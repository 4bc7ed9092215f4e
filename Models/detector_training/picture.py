"""Pictures as arrays: as files hold them and as the network takes them."""

import numpy as np
from PIL import Image


def opened(path, colours):
    """uint8 [h, w] for one colour, [h, w, 3] for three."""
    return np.asarray(Image.open(path).convert("L" if colours == 1 else "RGB"))


def planes(picture):
    """[planes, h, w] of [h, w] or [h, w, planes]."""
    return picture[None] if picture.ndim == 2 else picture.transpose(2, 0, 1)
