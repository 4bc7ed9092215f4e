"""The training loop: seeded, resumable, with a running average of the weights."""

import copy
import json
import math
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from .loss import loss
from .network import Detector
from .picture import planes
from .targets import targets

WARMUP = 200


class Crops(Dataset):
    """Crop number `i` depends on the seed and `i` only, whatever worker draws it."""

    def __init__(self, form, sample, seed, first, last):
        self.form, self.sample, self.seed, self.first, self.last = form, sample, seed, first, last

    def __len__(self):
        return self.last - self.first

    def __getitem__(self, position):
        rng = np.random.default_rng([self.seed, self.first + position])
        picture, boxes, labels, doubtful = self.sample(rng)
        return (planes(picture).copy(), *targets(self.form, boxes, labels, doubtful))


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


def begin(net, checkpoint):
    """Takes over the averaged network of another training, but the blocks that `net` does not have.

    Planes that the other did not see start with weights of zero.
    """
    state = torch.load(checkpoint)["kept"]
    first = next(iter(state))
    unseen = net.state_dict()[first].shape[1] - state[first].shape[1]
    state[first] = torch.nn.functional.pad(state[first], (0, 0, 0, 0, 0, unseen))
    net.load_state_dict({name: state[name] for name in net.state_dict()})


def train(form, sample, options, *, batch=32, peak=4e-3, epoch=100, threads=2, workers=1, check=None):
    """Trains for `options.steps` batches, going on from `last.pt` in `options.work` where there is one.

    Returns the averaged network. `options` are those of `arguments.parser`; it begins with the averaged network of
    `options.begin`.

    `sample(rng)` draws one crop: the picture (uint8 [crop, crop] or [crop, crop, planes]), boxes as left, top, right,
    bottom in pixels, labels, and boxes that are neither to be learnt nor denied.
    """
    folder, seed, steps = options.work, options.seed, options.steps
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    net = Detector(form).to(memory_format=torch.channels_last)
    if options.begin:
        begin(net, options.begin)
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
    crops = Crops(form, sample, seed, step * batch, steps * batch)
    values, began = [], time.time()
    for pictures, *wanted in DataLoader(crops, batch, num_workers=workers, prefetch_factor=4):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, steps, peak)
        x = pictures.to(memory_format=torch.channels_last).float() / 255
        with torch.autocast("cpu", torch.bfloat16):
            logits, sides = net(x)
        value = loss(logits, sides, wanted, form.boxes)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        average(kept, net, step)
        values.append(value.item())
        step += 1
        if step % epoch == 0 or step == steps:
            spent, began = spent + time.time() - began, time.time()
            save(folder, net, kept, optimizer, step, spent)
            line = {"step": step, "loss": round(float(np.mean(values)), 4), "seconds": round(spent)}
            if check and (step % (10 * epoch) == 0 or step == steps):
                line.update(check(kept))
            print(json.dumps(line), flush=True)
            values = []
    print(f"trained for {spent / 60:.0f} minutes")
    return kept


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
