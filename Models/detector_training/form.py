"""What distinguishes one detector from another: its classes, its size and the crops it learns from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """`stem`: channels of the stride-2 convolutions that lead to the finest grid, whose cells are `stride` pixels wide.

    `levels`: (channels, residual blocks) of each grid, the finest first, each half as fine as the one before.
    `merged`: residual blocks after each sum of a finer and a coarser grid.
    `dense`: 3x3 convolutions over all channels, or depthwise ones and a 1x1.
    """

    labels: tuple
    stem: tuple
    levels: tuple
    merged: int
    dense: bool
    crop: int
    colours: int = 1
    head: bool = True  # whether a 3x3 convolution of its own stands before the answers
    compares: bool = False  # whether a second input shows the same thing as it should be
    boxes: float = 0.5  # weight of the boxes' loss beside the scores'
    exact_answers: bool = False  # whether the last 1x1 convolutions stay in float where all others become int8

    @property
    def stride(self):
        return 2 ** len(self.stem)

    @property
    def inputs(self):
        """Names of the network's inputs, which it reads as planes of one picture."""
        return ("image", "reference") if self.compares else ("image",)

    @property
    def planes(self):
        return self.colours * len(self.inputs)

    @property
    def multiple(self):
        """Height and width of a picture must be multiples of this."""
        return self.stride * 2 ** (len(self.levels) - 1)
