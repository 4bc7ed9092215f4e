"""The training loss: focal cross-entropy against soft scores, generalized IoU for the boxes."""

import torch
from torch.nn import functional


def class_loss(logits, scores, counted):
    """Cross-entropy weighed by the squared distance between the answer and the soft target."""
    away = (torch.sigmoid(logits) - scores).abs().pow(2)
    entropy = functional.binary_cross_entropy_with_logits(logits, scores, reduction="none")
    return (away * entropy * counted[:, None]).sum()


def box_loss(sides, wanted, weight):
    """1 - GIoU of boxes that share the cell's centre, weighed as `targets` says."""
    chosen = weight > 0
    ours = sides.permute(0, 2, 3, 1)[chosen]
    theirs = wanted.permute(0, 2, 3, 1)[chosen]
    overlap = torch.minimum(ours, theirs)
    hull = torch.maximum(ours, theirs)
    shared = area(overlap.clamp(min=0))
    union = area(ours) + area(theirs) - shared
    around = area(hull)
    giou = shared / union.clamp(min=1e-6) - (around - union) / around.clamp(min=1e-6)
    return ((1 - giou) * weight[chosen]).sum() / weight[chosen].sum().clamp(min=1)


def area(sides):
    return (sides[:, 0] + sides[:, 2]) * (sides[:, 1] + sides[:, 3])


def loss(logits, sides, batch, boxes):
    """`boxes`: weight of the boxes' loss beside the scores'."""
    scores, wanted, weight, counted = batch
    count = (scores == 1).sum().clamp(min=1)
    return class_loss(logits.float(), scores, counted) / count + boxes * box_loss(sides.float(), wanted, weight)
