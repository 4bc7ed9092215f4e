"""The detector: a small fully convolutional network with one head at stride 8."""

import torch
from torch import nn

from .labels import LABELS

PRIOR = 0.01


def conv(inputs, outputs, kernel=3, stride=1, groups=1, relu=True):
    """A convolution whose batch norm is folded away at export."""
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3),
    ]
    return nn.Sequential(*layers, nn.ReLU()) if relu else nn.Sequential(*layers)


def separable(inputs, outputs, stride=1):
    """Depthwise 3x3, then dense 1x1."""
    return nn.Sequential(conv(inputs, inputs, 3, stride, groups=inputs), conv(inputs, outputs, 1))


class Residual(nn.Module):
    """Depthwise 3x3 and dense 1x1 round a shortcut, ReLU after the sum so that activations stay unsigned."""

    def __init__(self, channels):
        super().__init__()
        self.spatial = conv(channels, channels, 3, groups=channels)
        self.mix = conv(channels, channels, 1, relu=False)

    def forward(self, x):
        return torch.relu(x + self.mix(self.spatial(x)))


class Detector(nn.Module):
    """Input [n, 1, h, w] grey in 0...1, h and w multiples of 16.

    Outputs: logits [n, 6, h/8, w/8] and the distances [n, 4, h/8, w/8] from each cell's centre
    to the left, top, right and bottom side of its box, in units of the stride.
    """

    def __init__(self, narrow=64, wide=128):
        super().__init__()
        self.stem = nn.Sequential(conv(1, 16, 3, 2), conv(16, 32, 3, 2), conv(32, narrow, 3, 2))
        self.fine = nn.Sequential(*[Residual(narrow) for _ in range(3)])
        self.coarse = nn.Sequential(separable(narrow, wide, 2), *[Residual(wide) for _ in range(4)])
        self.lateral = conv(wide, narrow, 1)
        self.upsample = nn.Upsample(scale_factor=2, mode="nearest")
        self.merged = nn.Sequential(*[Residual(narrow) for _ in range(2)])
        self.head = separable(narrow, narrow)
        self.classes = nn.Conv2d(narrow, len(LABELS), 1)
        self.sides = nn.Conv2d(narrow, 4, 1)
        nn.init.constant_(self.classes.bias, float(torch.logit(torch.tensor(PRIOR))))
        nn.init.constant_(self.sides.bias, 2.0)

    def forward(self, x):
        fine = self.fine(self.stem(x))
        wide = self.upsample(self.lateral(self.coarse(fine)))
        features = self.head(self.merged(fine + wide))
        return self.classes(features), torch.relu(self.sides(features))


class Exported(nn.Module):
    """The detector as it ships: scores instead of logits."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, x):
        logits, sides = self.detector(x)
        return torch.sigmoid(logits), sides
