"""The training loop: seeded, resumable, with a running average of the weights."""

import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from .augment import CROP, crop
from .loss import loss
from .network import Detector
from .targets import targets

WARMUP = 200


class Crops(Dataset):
    """Crop number `i` depends on the seed and `i` only, whatever worker draws it."""

    def __init__(self, scene_for, seed, first, last):
        self.scene_for, self.seed, self.first, self.last = scene_for, seed, first, last

    def __len__(self):
        return self.last - self.first

    def __getitem__(self, position):
        rng = np.random.default_rng([self.seed, self.first + position])
        grey, boxes, labels, doubtful = crop(self.scene_for(rng), rng)
        return (grey[None].copy(), *targets(boxes, labels, doubtful, CROP))


def rate(step, steps, peak):
    if step < WARMUP:
        return peak * (step + 1) / WARMUP
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / max(steps - WARMUP, 1))))


def average(kept, net, step):
    decay = min(0.998, (step + 1) / (step + 10))
    with torch.no_grad():
        for ours, theirs in zip(kept.state_dict().values(), net.state_dict().values()):
            if ours.dtype.is_floating_point:
                ours.lerp_(theirs, 1 - decay)
            else:
                ours.copy_(theirs)


def train(scene_for, folder, *, seed, steps, batch=32, peak=4e-3, epoch=100, threads=1, workers=1, check=None):
    """Trains for `steps` batches, going on from `folder/last.pt` where there is one. Returns the averaged network."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    net = Detector().to(memory_format=torch.channels_last)
    kept = copy.deepcopy(net).eval()
    optimizer = torch.optim.AdamW(parameter_groups(net), lr=peak)
    step, spent = 0, 0.0
    if (folder / "last.pt").exists():
        saved = torch.load(folder / "last.pt")
        net.load_state_dict(saved["net"])
        kept.load_state_dict(saved["kept"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["spent"]
    net.train()
    crops = Crops(scene_for, seed, step * batch, steps * batch)
    values, began = [], time.time()
    for grey, *wanted in DataLoader(crops, batch, num_workers=workers, prefetch_factor=4):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, steps, peak)
        x = grey.to(memory_format=torch.channels_last).float() / 255
        with torch.cpu.amp.autocast():
            logits, sides = net(x)
        value = loss(logits, sides, wanted)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        average(kept, net, step)
        values.append(float(value))
        step += 1
        if step % epoch == 0 or step == steps:
            spent, began = spent + time.time() - began, time.time()
            save(folder, net, kept, optimizer, step, spent)
            line = {"step": step, "loss": round(float(np.mean(values)), 4), "seconds": round(spent)}
            if check and (step % (10 * epoch) == 0 or step == steps):
                line.update(check(kept))
            print(json.dumps(line), flush=True)
            values = []
    return kept, spent


def parameter_groups(net):
    weights = [p for p in net.parameters() if p.dim() > 1]
    rest = [p for p in net.parameters() if p.dim() <= 1]
    return [{"params": weights, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}]


def save(folder, net, kept, optimizer, step, spent):
    state = {
        "net": net.state_dict(),
        "kept": kept.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "spent": spent,
    }
    torch.save(state, folder / "last.tmp")
    (folder / "last.tmp").rename(folder / "last.pt")
