"""Shapes of a board layout: pads, tracks and their paths, each a function that paints itself grown by some pixels."""

import numpy as np

PAD_KINDS = ["rectangle", "chamfered", "oval", "circle", "rounded"]


def pad(kind, x, y, width, height, angle=0.0):
    """A pad of the given outline, turned by `angle`."""

    def paint(draw, grow):
        w, h = width / 2 + grow, height / 2 + grow
        if kind == "circle":
            r = max(w, h)
            draw.ellipse([x - r, y - r, x + r, y + r], fill=1)
            return
        if kind in ("oval", "rounded") and angle == 0:
            corner = min(w, h) if kind == "oval" else min(w, h) * 0.35
            draw.rounded_rectangle([x - w, y - h, x + w, y + h], corner, fill=1)
            return
        cut = min(w, h) * (0.0 if kind == "rectangle" else 0.45)
        corners = [(-w, cut - h), (cut - w, -h), (w - cut, -h), (w, cut - h)]
        corners += [(w, h - cut), (w - cut, h), (cut - w, h), (-w, h - cut)]
        draw.polygon([tuple(p) for p in turned(np.array(corners), angle) + [x, y]], fill=1)

    return paint


def turned(points, angle):
    c, s = np.cos(angle), np.sin(angle)
    return points @ np.array([[c, s], [-s, c]])


def track(path, width, square=False):
    """A track along `path` with round (or square) joints."""

    def paint(draw, grow):
        full = width + 2 * grow
        r = full / 2
        points = [tuple(map(float, p)) for p in path]
        for a, b in zip(points[:-1], points[1:]):
            draw.polygon(strip(a, b, r), fill=1)
        for x, y in points if not square else points[1:-1]:
            draw.ellipse([x - r, y - r, x + r, y + r], fill=1)

    return paint


def necked(path, width, piece, thin):
    """A track whose piece number `piece` is only `thin` wide."""
    parts = [track(path[: piece + 1], width), track(path[piece : piece + 2], thin), track(path[piece + 1 :], width)]

    def paint(draw, grow):
        for part in parts:
            part(draw, grow)

    return paint


def strip(a, b, r):
    """The rectangle of half width `r` round the line from `a` to `b`."""
    a, b = np.array(a), np.array(b)
    along = (b - a) / max(np.hypot(*(b - a)), 1e-6)
    side = np.array([-along[1], along[0]]) * r
    return [tuple(p) for p in (a + side, b + side, b - side, a - side)]


def octilinear(start, end, rng):
    """A path of straight and diagonal pieces, as a board layout has them."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    way = end - start
    diagonal = np.sign(way) * np.abs(way).min()
    straight = way - diagonal
    kind = rng.integers(4)
    if kind == 0:
        middle = [start + diagonal]
    elif kind == 1:
        middle = [start + straight]
    elif kind == 2:
        part = rng.uniform(0.2, 0.8)
        middle = [start + straight * part, start + straight * part + diagonal]
    else:
        part = rng.uniform(0.2, 0.8)
        middle = [start + diagonal * part, start + diagonal * part + straight]
    return np.array([start, *middle, end])


def wandering(start, rng, reach, bends):
    """A path that leaves `start` and turns by 45 or 90 degrees `bends` times."""
    heading = rng.integers(8)
    points = [np.asarray(start, float)]
    for _ in range(bends + 1):
        angle = heading * np.pi / 4
        step = rng.uniform(0.3, 1.0) * reach
        points.append(points[-1] + step * np.array([np.cos(angle), np.sin(angle)]))
        heading += rng.choice([-1, 1]) * (1 if rng.random() < 0.8 else 2)
    return np.array(points)


def beside(path, distance):
    """The path shifted sideways by `distance`, corners mitred."""
    pieces = np.diff(path, axis=0)
    lengths = np.maximum(np.hypot(*pieces.T), 1e-6)
    normals = np.stack([-pieces[:, 1], pieces[:, 0]], 1) / lengths[:, None]
    shifted = [path[0] + normals[0] * distance]
    for k in range(1, len(path) - 1):
        both = normals[k - 1] + normals[k]
        shifted.append(path[k] + both * distance * 2 / max(float(both @ both), 0.5))
    shifted.append(path[-1] + normals[-1] * distance)
    return np.array(shifted)
