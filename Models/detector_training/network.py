"""The detector: a small fully convolutional network with one head on its finest grid."""

import torch
from torch import nn

PRIOR = 0.01


def conv(inputs, outputs, kernel=3, stride=1, groups=1, relu=True):
    """A convolution whose batch norm is folded away at export."""
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3),
    ]
    return nn.Sequential(*layers, nn.ReLU()) if relu else nn.Sequential(*layers)


def spatial(inputs, outputs, dense, stride=1, relu=True):
    """3x3 over all channels, or depthwise 3x3 and then 1x1."""
    if dense:
        return conv(inputs, outputs, 3, stride, relu=relu)
    return nn.Sequential(conv(inputs, inputs, 3, stride, groups=inputs), conv(inputs, outputs, 1, relu=relu))


class Residual(nn.Module):
    """One depthwise or two dense 3x3 round a shortcut, ReLU after the sum so that activations stay unsigned."""

    def __init__(self, channels, dense):
        super().__init__()
        last = spatial(channels, channels, dense, relu=False)
        self.branch = nn.Sequential(conv(channels, channels), last) if dense else last

    def forward(self, x):
        return torch.relu(x + self.branch(x))


def blocks(count, channels, dense):
    return [Residual(channels, dense) for _ in range(count)]


class Detector(nn.Module):
    """Input [n, planes, h, w] in 0...1; h and w are multiples of `form.multiple`.

    Outputs: logits [n, classes, h/stride, w/stride] and the distances [n, 4, h/stride, w/stride] from each
    cell's centre to the left, top, right and bottom side of its box, in units of the stride.
    """

    def __init__(self, form):
        super().__init__()
        dense, channels = form.dense, [channels for channels, _ in form.levels]
        narrow = channels[0]
        stem = [form.planes, *form.stem]
        self.stem = nn.Sequential(*[conv(a, b, 3, 2) for a, b in zip(stem, stem[1:])])
        self.levels = nn.ModuleList([nn.Sequential(*blocks(form.levels[0][1], narrow, dense))])
        self.laterals, self.merged = nn.ModuleList(), nn.ModuleList()
        for finer, (coarser, count) in zip(channels, form.levels[1:]):
            down = spatial(finer, coarser, dense, 2)
            self.levels.append(nn.Sequential(down, *blocks(count, coarser, dense)))
            self.laterals.append(conv(coarser, finer, 1))
            self.merged.append(nn.Sequential(*blocks(form.merged, finer, dense)))
        self.upsample = nn.Upsample(scale_factor=2, mode="nearest")
        self.head = spatial(narrow, narrow, dense) if form.head else nn.Identity()
        self.classes = nn.Conv2d(narrow, len(form.labels), 1)
        self.sides = nn.Conv2d(narrow, 4, 1)
        nn.init.constant_(self.classes.bias, float(torch.logit(torch.tensor(PRIOR))))
        nn.init.constant_(self.sides.bias, 2.0)

    def forward(self, x):
        x, grids = self.stem(x), []
        for level in self.levels:
            x = level(x)
            grids.append(x)
        for finer, lateral, merged in reversed(list(zip(grids, self.laterals, self.merged))):
            x = merged(finer + self.upsample(lateral(x)))
        features = self.head(x)
        return self.classes(features), torch.relu(self.sides(features))


class Exported(nn.Module):
    """The detector as it ships: scores instead of logits, an input for each picture."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, *pictures):
        logits, sides = self.detector(torch.cat(pictures, 1) if len(pictures) > 1 else pictures[0])
        return torch.sigmoid(logits), sides
