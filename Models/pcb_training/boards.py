"""Draws sound boards as an inspection camera sees them after thresholding: copper or bare, nothing else."""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from . import shapes
from .canvas import Canvas

SIZE = 640


def board(rng, size=SIZE):
    """A bool picture, true where copper is."""
    draw = STYLES[int(rng.choice(len(STYLES), p=SHARES))]
    return weathered(draw(rng, size), rng)


def wired(rng, size):
    """Pads, tracks and buses, at any scale from fine signal lines to broad power lines."""
    unit = float(np.exp(rng.uniform(np.log(6), np.log(34))))
    canvas = Canvas(size, clearance=max(5, unit * rng.uniform(0.5, 1.3)))
    widths = track_widths(rng, unit)
    ends = []
    for _ in range(int(rng.integers(0, 3))):
        bus(canvas, rng, unit)
    for _ in range(int(rng.integers(2, 10))):
        ends += footprint(canvas, rng, unit)
    connect(canvas, rng, widths, ends)
    loose_tracks(canvas, rng, widths)
    vias(canvas, rng, unit)
    if rng.random() < 0.35:
        ground(canvas, rng, unit)
    return canvas.copper()


def track_widths(rng, unit):
    """A layout has few: a bridge of another width is no track."""
    return np.maximum(5, unit * rng.choice([0.4, 0.7, 1.0, 1.0, 1.6, 2.4], 2))


def bus(canvas, rng, unit):
    """Tracks side by side on one path, all but the first and last bend outside the picture or inside it."""
    size = canvas.size
    width = max(5, unit * rng.choice([0.35, 0.6, 0.8, 1.0, 1.0]))
    pitch = width + max(canvas.clearance + 2, unit * rng.uniform(0.7, 1.5))
    start = rng.uniform(-0.1, 1.1, 2) * size
    path = shapes.wandering(start, rng, size * rng.uniform(0.3, 0.8), int(rng.integers(0, 4)))
    count = int(rng.integers(2, 10))
    for k in range(count):
        line = shapes.beside(path, (k - count / 2) * pitch)
        if rng.random() < 0.3:
            line = line[:-1] if len(line) > 2 else line
        net = canvas.new_net()
        if canvas.place(shapes.track(line, width), [net]) and rng.random() < 0.5:
            end_pad(canvas, rng, line[-1], net, width)


def end_pad(canvas, rng, at, net, width):
    across = width * rng.uniform(1.6, 3.0)
    if canvas.place(shapes.pad("circle", *at, across, across), [net]) and rng.random() < 0.4 and across > 16:
        canvas.drill(*at, across * rng.uniform(0.18, 0.3))


def footprint(canvas, rng, unit):
    """The pads of one part. Returns [(x, y, net)] of the pads that found room."""
    across = unit * rng.uniform(1.4, 4.0)
    tall = across * (rng.uniform(0.8, 2.2) if rng.random() < 0.7 else 1.0)
    drilled = rng.random() < 0.5
    kind = shapes.PAD_KINDS[int(rng.integers(len(shapes.PAD_KINDS)))]
    pitch = max(across, 1) + canvas.clearance + unit * rng.uniform(0.2, 2.0)
    columns, rows = [(1, 1), (2, 1), (int(rng.integers(3, 9)), 1), (int(rng.integers(3, 8)), 2)][int(rng.integers(4))]
    apart = tall + canvas.clearance + unit * rng.uniform(0.5, 8)
    upright = rng.random() < 0.5
    angle = 0.0 if rng.random() < 0.85 else rng.uniform(0, np.pi)
    origin = rng.uniform(-0.05, 1.0, 2) * canvas.size
    hole = min(across, tall) * rng.uniform(0.15, 0.32)
    slot = hole * rng.uniform(0.3, 1.2) if rng.random() < 0.12 else 0
    placed = []
    for column in range(columns):
        for row in range(rows):
            x, y = shapes.turned(np.array([[column * pitch, row * apart]]), angle)[0]
            w, h = across, tall
            if upright:
                x, y, w, h = y, x, tall, across
            x, y = x + origin[0], y + origin[1]
            net = canvas.new_net()
            if canvas.place(shapes.pad(kind, x, y, w, h, angle), [net]):
                placed.append((x, y, net))
                if drilled and hole > 4:
                    canvas.drill(x, y, hole, slot)
    return placed


def connect(canvas, rng, widths, ends):
    """Tracks between pads, some of them neighbours, or from a pad out of the picture."""
    for x, y, net in ends:
        for _ in range(4):
            width = rng.choice(widths)
            nearest = 1 if rng.random() < 0.5 else 4
            if rng.random() < 0.3 or len(ends) <= nearest:
                target, nets = rng.uniform(-0.3, 1.3, 2) * canvas.size, [net]
            else:
                others = sorted(ends, key=lambda e: abs(e[0] - x) + abs(e[1] - y))[nearest : nearest + 6]
                other = others[int(rng.integers(len(others)))]
                target, nets = other[:2], [net, other[2]]
            current = int(canvas.nets[min(max(int(y), 0), canvas.size - 1), min(max(int(x), 0), canvas.size - 1)])
            path = shapes.octilinear((x, y), target, rng)
            if canvas.place(shapes.track(path, width), sorted({*nets, current} - {0}) or nets):
                break


def loose_tracks(canvas, rng, widths):
    """Tracks that only pass through, or end in a pad."""
    for _ in range(int(rng.integers(0, 14))):
        net = canvas.new_net()
        width = rng.choice(widths)
        start = rng.uniform(-0.2, 1.2, 2) * canvas.size
        path = shapes.wandering(start, rng, canvas.size * rng.uniform(0.1, 0.6), int(rng.integers(0, 5)))
        if canvas.place(shapes.track(path, width, square=rng.random() < 0.4), [net]):
            for end in (path[0], path[-1]):
                if rng.random() < 0.5:
                    end_pad(canvas, rng, end, net, width)


def vias(canvas, rng, unit):
    """Round pads strewn over the board or in a grid."""
    radius = max(5.5, unit * rng.uniform(0.5, 1.6))
    hole = radius * rng.uniform(0.3, 0.6) if rng.random() < 0.4 and radius > 11 else 0
    for _ in range(int(rng.integers(0, 25))):
        spots = [rng.uniform(0, 1, 2) * canvas.size]
        if rng.random() < 0.15:
            step = np.eye(2)[int(rng.integers(2))] * (2 * radius + canvas.clearance + rng.uniform(2, 30))
            spots += [spots[0] + step * k for k in range(1, int(rng.integers(3, 8)))]
        for x, y in spots:
            if canvas.place(shapes.pad("circle", x, y, 2 * radius, 2 * radius), [canvas.new_net()]) and hole:
                canvas.drill(x, y, hole)


def ground(canvas, rng, unit):
    """A ground plane that fills what is left of the board or of a part of it."""
    size = canvas.size
    region = np.zeros((size, size), bool)
    if rng.random() < 0.5:
        region[:] = True
    else:
        region = polygon(rng, size)
    count = canvas.last + 1
    joined = np.flatnonzero(rng.random(count) < 0.15)
    canvas.pour(region, max(6, unit * rng.uniform(0.5, 1.6)), joined)


def polygon(rng, size):
    """A chamfered rectangle somewhere on the board."""
    picture = Image.new("1", (size, size))
    paint = shapes.pad(
        str(rng.choice(["rectangle", "chamfered", "rounded"])),
        *(rng.uniform(0, 1, 2) * size),
        *(rng.uniform(0.2, 1.3, 2) * size),
    )
    paint(ImageDraw.Draw(picture), 0)
    return np.asarray(picture)


def planes(rng, size):
    """Broad copper areas parted by channels, with holes and a few tracks inside the channels."""
    gap = rng.uniform(8, 60)
    canvas = Canvas(size, clearance=gap)
    for _ in range(int(rng.integers(3, 12))):
        kind = str(rng.choice(["rectangle", "chamfered", "rounded", "circle"], p=[0.3, 0.35, 0.25, 0.1]))
        centre, spans = rng.uniform(-0.1, 1.1, 2) * size, rng.uniform(0.1, 0.9, 2) * size
        canvas.place(shapes.pad(kind, *centre, *spans), [canvas.new_net()])
    for _ in range(int(rng.integers(0, 8))):
        net = canvas.new_net()
        path = shapes.wandering(rng.uniform(0, 1, 2) * size, rng, size * 0.6, int(rng.integers(1, 5)))
        canvas.place(shapes.track(path, rng.uniform(10, 70)), [net])
    if rng.random() < 0.5:
        canvas.pour(np.ones((size, size), bool), gap, [])
    radius = rng.uniform(7, 20)
    for _ in range(int(rng.integers(0, 6))):
        canvas.drill(*(rng.uniform(0, 1, 2) * size), radius, radius * rng.choice([0, 0, 0.5]))
    if rng.random() < 0.4:
        perforation(canvas, rng)
    slits(canvas, rng)
    return canvas.copper()


def perforation(canvas, rng):
    """Small holes, all alike, in rows or anywhere."""
    radius = rng.uniform(4, 9)
    for _ in range(int(rng.integers(1, 12))):
        spot, step = rng.uniform(0, 1, 2) * canvas.size, np.eye(2)[int(rng.integers(2))] * rng.uniform(5, 16) * radius
        for k in range(int(rng.integers(1, 7))):
            canvas.drill(*(spot + step * k), radius)


def slits(canvas, rng):
    """Narrow channels cut into the copper, running to its edge, some with a neck."""
    draw = ImageDraw.Draw(canvas.holes)
    for _ in range(int(rng.integers(0, 4))):
        width = rng.uniform(8, 24)
        path = shapes.wandering(rng.uniform(0, 1, 2) * canvas.size, rng, canvas.size * 0.8, int(rng.integers(0, 4)))

        slit = shapes.track(path, width)
        if rng.random() < 0.5:
            slit = shapes.necked(path, width, int(rng.integers(len(path) - 1)), rng.uniform(3.5, 7))
        slit(_Filled(draw), 0)


class _Filled:
    """Paints with 255, for pictures of eight bits."""

    def __init__(self, draw):
        self._draw = draw

    def polygon(self, points, fill):
        self._draw.polygon(points, fill=255 * fill)

    def ellipse(self, box, fill):
        self._draw.ellipse(box, fill=255 * fill)


def stripes(rng, size):
    """Broad parallel bars, some of them interrupted, stepped or holed."""
    canvas = Canvas(size, clearance=6)
    x = rng.uniform(-60, 0)
    gap, wide = rng.uniform(14, 70), rng.uniform(20, 110)
    while x < size:
        width = wide * rng.uniform(0.4, 1.4)
        middle = x + width / 2
        top = -20 if rng.random() < 0.6 else rng.uniform(0, size)
        bottom = size + 20 if rng.random() < 0.6 else rng.uniform(top, size + 20)
        step = rng.uniform(-1, 1) * gap if rng.random() < 0.3 else 0
        knee = rng.uniform(top, max(bottom, top + 1))
        path = np.array([(middle, top), (middle, knee), (middle + step, knee + abs(step)), (middle + step, bottom)])
        net = canvas.new_net()
        canvas.place(shapes.track(path, width, square=True), [net])
        if rng.random() < 0.3:
            canvas.drill(middle, rng.uniform(0, size), min(rng.uniform(5, 16), width / 4))
        x += width + gap * rng.uniform(0.5, 1.6)
    loose_tracks(canvas, rng, track_widths(rng, gap / 3))
    copper = canvas.copper()
    return copper.T.copy() if rng.random() < 0.5 else copper


def rounds(rng, size):
    """Large discs and rings with copper between them."""
    canvas = Canvas(size, clearance=rng.uniform(8, 40))
    for _ in range(int(rng.integers(2, 7))):
        x, y = rng.uniform(-0.2, 1.2, 2) * size
        across = rng.uniform(0.2, 1.5) * size
        if canvas.place(shapes.pad("circle", x, y, across, across), [canvas.new_net()]) and rng.random() < 0.5:
            canvas.drill(x, y, across / 2 * rng.uniform(0.3, 0.8))
    unit = rng.uniform(8, 30)
    ends = footprint(canvas, rng, unit) + footprint(canvas, rng, unit)
    widths = track_widths(rng, unit)
    connect(canvas, rng, widths, ends)
    loose_tracks(canvas, rng, widths)
    copper = canvas.copper()
    return ~copper if rng.random() < 0.25 else copper


STYLES = [wired, planes, stripes, rounds]
SHARES = [0.62, 0.2, 0.1, 0.08]


def weathered(copper, rng):
    """Etched and scanned: rounded corners, wandering edges, small specks."""
    soft = ndimage.gaussian_filter(copper.astype(np.float32), rng.uniform(0.7, 2.2))
    waves = ndimage.gaussian_filter(rng.standard_normal(copper.shape).astype(np.float32), rng.uniform(0.8, 3))
    waves /= waves.std()
    amount = rng.uniform(0, 0.12)
    if rng.random() < 0.3:
        waves *= jagged(rng, copper.shape)
    return soft + amount * waves > rng.uniform(0.42, 0.58)


def jagged(rng, shape):
    """Weight that makes edges rough on some scan lines only, as a line camera's jitter does."""
    lines = (rng.random(shape[0]) < 0.5).astype(np.float32)
    weight = np.broadcast_to(lines[:, None] * 1.1, shape)
    return weight if rng.random() < 0.5 else weight.T[: shape[0], : shape[1]]
