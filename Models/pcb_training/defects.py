"""Draws the six kinds of defect on a board picture and marks each with a box.

A mark either adds copper or takes it away. What it is then follows from what it touches: added copper that touches
nothing is spurious copper, one conductor a spur, two a short; taken copper is a pin-hole, a mousebite or an open.
"""

import numpy as np
from scipy import ndimage

from . import strokes
from .labels import LABELS

WINDOW = 144
HALF = WINDOW // 2
TRIES = 60
ADDED = {"copper": 0, "spur": 1, "short": 2}
TAKEN = {"pin-hole": 0, "mousebite": 1, "open": 2}
CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
FARTHEST = 84


def with_defects(scene, rng, count, kinds=LABELS):
    """The scene with up to `count` more defects."""
    copper = scene.copper.copy()
    edges = edge_points(copper)
    boxes, labels = list(scene.boxes), []
    known = len(boxes)
    for _ in range(count):
        kind = kinds[int(rng.integers(len(kinds)))]
        box = draw_one(copper, edges, kind, boxes, rng)
        if box is not None:
            boxes.append(box)
            labels.append(LABELS.index(kind))
    result = scene.adding(boxes[known:], labels)
    result.copper = copper
    return result


def edge_points(copper):
    """Copper pixels with a bare neighbour, as x y."""
    inner = copper[1:-1, 1:-1]
    around = copper[:-2, 1:-1] & copper[2:, 1:-1] & copper[1:-1, :-2] & copper[1:-1, 2:]
    return np.argwhere(inner & ~around)[:, ::-1] + 1


def draw_one(copper, edges, kind, boxes, rng):
    """Changes `copper` in place; the box of the defect, or None where no place was found."""
    free = kind in ("copper", "pin-hole")
    adds = kind in ADDED
    wanted = ADDED[kind] if adds else TAKEN[kind]
    for _ in range(TRIES):
        place = free_place(copper, adds, rng) if free else edge_place(edges, rng)
        if place is None or near_border(place, copper.shape) or crowded(place, boxes):
            continue
        patch, corner = window(copper, place)
        ground = patch if adds else ~patch
        shape = outline(kind, ground, place - corner, rng)
        if shape is None:
            continue
        change = shape & ~ground
        if not fits(ground, change, wanted, rng):
            continue
        box = marked(change, corner, copper.shape, rng)
        if any(meets(box, other) for other in boxes):
            continue
        patch[change] = adds
        return box
    return None


def free_place(copper, adds, rng):
    """A point with a little room of its own ground around it."""
    height, width = copper.shape
    for _ in range(20):
        x, y = int(rng.integers(12, width - 12)), int(rng.integers(12, height - 12))
        spot = copper[y - 4 : y + 5 : 4, x - 4 : x + 5 : 4]
        if (not spot.any()) if adds else spot.all():
            return np.array([x, y])
    return None


def edge_place(edges, rng):
    return edges[int(rng.integers(len(edges)))] if len(edges) else None


def near_border(place, shape, least=14):
    return min(place) < least or place[0] >= shape[1] - least or place[1] >= shape[0] - least


def crowded(place, boxes):
    return any(b[0] - 6 < place[0] < b[2] + 6 and b[1] - 6 < place[1] < b[3] + 6 for b in boxes)


def window(copper, place):
    """A view of the picture around `place` and the view's corner."""
    x, y = max(int(place[0]) - HALF, 0), max(int(place[1]) - HALF, 0)
    return copper[y : y + WINDOW, x : x + WINDOW], np.array([x, y])


def outline(kind, ground, at, rng):
    """The mark to draw. `ground` is what the mark joins: copper if it adds, bare board if it takes."""
    height, width = ground.shape
    if kind in ("copper", "pin-hole"):
        shape = strokes.speck(WINDOW, at, rng)
    elif kind in ("spur", "mousebite"):
        shape = slit(ground, at, rng) if kind == "mousebite" and rng.random() < 0.2 else tongue(ground, at, rng)
    else:
        shape = bridge(ground, at, rng, thick=kind == "open")
    if shape is None:
        return None
    if rng.random() < (0.12 if kind not in ADDED else 0.03):
        shape = strokes.scratched(shape, rng)
    return shape[:height, :width]


def away_from(ground, at, rng, spread):
    """A direction that leaves the ground at `at`, off the normal by up to `spread`."""
    x, y = at
    spot = ground[max(y - 9, 0) : y + 10, max(x - 9, 0) : x + 10]
    rows, columns = np.nonzero(~spot)
    if len(rows) == 0 or len(rows) == spot.size:
        return None
    normal = np.array([columns.mean() - min(x, 9), rows.mean() - min(y, 9)])
    length = np.hypot(*normal)
    if length < 0.5:
        return None
    turn = rng.uniform(-spread, spread)
    c, s = np.cos(turn), np.sin(turn)
    return np.array([[c, -s], [s, c]]) @ normal / length


def tongue(ground, at, rng):
    """A stroke or lump that starts inside the ground and ends outside."""
    direction = away_from(ground, at, rng, 1.1)
    if direction is None:
        return None
    if rng.random() < 0.3:
        return strokes.dot(WINDOW, at + direction * rng.uniform(0, 5), rng)
    length = rng.uniform(4, 14) if rng.random() < 0.75 else rng.uniform(12, 28)
    path = strokes.bent(at - direction * 4, at + direction * length, rng, 0.25)
    return strokes.mark(WINDOW, path, strokes.widths(rng, len(path), rng.uniform(1.5, 5.0)))


def slit(ground, at, rng):
    """A scratch from the bare board deep into wide copper."""
    direction = away_from(ground, at, rng, 1.1)
    if direction is None:
        return None
    path = strokes.bent(at - direction * 4, at + direction * rng.uniform(14, 60), rng, 0.2)
    return strokes.mark(WINDOW, path, strokes.widths(rng, len(path), rng.uniform(0.8, 4.0)))


def bridge(ground, at, rng, thick):
    """A stroke or a straight strut from the ground at `at` to the ground on the other side."""
    strut = not thick and rng.random() < 0.6
    direction = away_from(ground, at, rng, 0.2 if strut else 0.7)
    if direction is None:
        return None
    if strut and rng.random() < 0.8:
        direction = np.rint(direction / np.abs(direction).max())
    steps = np.arange(3, FARTHEST)
    points = np.rint(at + steps[:, None] * direction).astype(int)
    inside = ((points >= 0) & (points < ground.shape[::-1])).all(1)
    points, steps = points[inside], steps[inside]
    arrived = np.flatnonzero(ground[points[:, 1], points[:, 0]])
    if len(arrived) == 0:
        return None
    span = steps[arrived[0]]
    if rng.random() < (span - 20) / 90:
        return None
    over = rng.uniform(2, 6)
    if strut:
        radius = rng.uniform(1.5, 4) if rng.random() < 0.9 else rng.uniform(4, 12)
        return strokes.mark(WINDOW, [at - direction * over, at + direction * (span + over)], [radius, radius])
    path = strokes.bent(at - direction * over, at + direction * (span + over), rng, 0.12)
    wide = thick and span < 40 and rng.random() < 0.35
    radius = rng.uniform(3, 9) if wide else rng.uniform(1.2, 4.0)
    return strokes.mark(WINDOW, path, strokes.widths(rng, len(path), radius))


def fits(ground, change, wanted, rng):
    """Whether the change is of a fair size and touches exactly as many parts of the ground as it should."""
    if not 25 <= change.sum() <= 1500:
        return False
    rows, columns = np.nonzero(change)
    top, bottom = max(rows.min() - 10, 0), rows.max() + 11
    left, right = max(columns.min() - 10, 0), columns.max() + 11
    ground, change = ground[top:bottom, left:right], change[top:bottom, left:right]
    parts, _ = ndimage.label(ground)
    pieces, count = ndimage.label(change, np.ones((3, 3)))
    if count > 1 and np.sort(np.bincount(pieces.ravel())[1:])[-2] > 12 and wanted > 0 and rng.random() < 0.9:
        return False
    near = np.unique(parts[ndimage.binary_dilation(change, CROSS, 1 if wanted == 2 else 2)])
    touched = len(near[near > 0])
    if wanted < 2:
        return touched == wanted
    return touched >= 2 and parted(ground, change)


def parted(ground, change):
    """Whether the change joins what was apart: fewer parts after than before."""
    sizes = np.bincount(ndimage.label(ground)[0].ravel())[1:]
    after = np.bincount(ndimage.label(ground | change)[0].ravel())[1:]
    return (after > 20).sum() < (sizes > 20).sum()


def marked(change, corner, shape, rng):
    """The box of a change, with the margin that annotators leave."""
    rows, columns = np.nonzero(change)
    loose = np.where(rng.random(4) < 0.3, rng.uniform(0, 6, 4), rng.uniform(-1, 1, 4))
    left, top = columns.min() - 10 - loose[0], rows.min() - 10 - loose[1]
    right, bottom = columns.max() + 10 + loose[2], rows.max() + 10 + loose[3]
    box = np.array([left, top, right, bottom], np.float32) + np.tile(corner, 2)
    return np.clip(np.rint(box), 0, [shape[1], shape[0]] * 2).astype(np.float32)


def meets(box, other, slack=4):
    return (
        box[0] + slack < other[2]
        and other[0] + slack < box[2]
        and box[1] + slack < other[3]
        and other[1] + slack < box[3]
    )
