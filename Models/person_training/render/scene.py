"""One frame: ground in perspective, things and people on it, their shadows, the camera."""

import numpy as np
from PIL import Image

from ..crops import Frame
from .figure import person
from .optics import photographed
from .solids import cast_shadow, draw, placed
from .terrain import COUNTRIES, ground
from .things import thing
from .view import View, drawn_light

SIZE = (512, 512)  # width, height
LEAST_SHOWN = 0.5  # a person of whom less is seen behind other things is neither learnt nor denied
LEAST_PIXELS = 12
HORIZON_AWAY = 8  # degrees above the picture


def scene(rng, size=SIZE, countries=COUNTRIES, cover=ground, figure=person, photograph=photographed):
    """A frame with people from 8 to about 90 pixels, labelled 0."""
    view = drawn_view(rng, size)
    light = drawn_light(rng)
    pixels_a_metre = view.focal / view.distance
    names = sorted(countries)
    flat = cover(rng, max(size) * 3 // 2, countries[names[rng.integers(len(names))]], pixels_a_metre)
    picture = in_perspective(flat, view) * (light.sky * 0.9 + light.sun * 1.35 * light.towards[2] + 0.1)
    solids = [(thing, False)] * int(rng.integers(0, 18)) + [(figure, True)] * people(rng)
    standing = []
    crowd = view.ground(rng.uniform(0.1, 0.9, 2) * size) if rng.random() < 0.5 else None
    for make, is_person in solids:
        at = spot(view, rng, crowd if is_person else None)
        standing.append((placed(make(rng), at, rng.uniform(0, 2 * np.pi)), is_person, at))
    for parts, _, _ in standing:
        cast_shadow(picture, parts, view, light)
    # What stands farther away is drawn first.
    drawn, owner = [], np.full(picture.shape[:2], -1)
    standing.sort(key=lambda item: -view.seen(item[2][None])[0, 2])
    for number, (parts, is_person, _) in enumerate(standing):
        covered = draw(picture, owner, number, parts, view, light, rng)
        if is_person and covered is not None:
            drawn.append((number, *covered))
    boxes, doubtful = [], []
    for number, box, count in drawn:
        left = int((owner == number).sum())
        (boxes if left >= max(LEAST_SHOWN * count, LEAST_PIXELS) else doubtful).append(box)
    return Frame(photograph(picture, rng), stacked(boxes), np.zeros(len(boxes), np.int64), stacked(doubtful))


def stacked(boxes):
    return np.array(boxes, np.float32).reshape(-1, 4)


def people(rng):
    return 0 if rng.random() < 0.12 else int(rng.geometric(0.25))


def drawn_view(rng, size):
    """From straight down to the lowest view that still shows no horizon."""
    focal = size[0] / 2 / np.tan(np.radians(rng.uniform(20, 38)))
    lowest = max(28, np.degrees(np.arctan(size[1] / 2 / focal)) + HORIZON_AWAY)
    elevation = rng.uniform(75, 90) if rng.random() < 0.35 else rng.uniform(lowest, 80)
    return View(*size, focal, focal / np.exp(rng.uniform(np.log(8), np.log(60))), np.radians(elevation))


def spot(view, rng, crowd):
    at = view.ground(rng.uniform(0, 1, 2) * [view.width, view.height])
    if crowd is not None and rng.random() < 0.8:
        at = crowd + np.array([*rng.normal(0, 2.5, 2), 0])
    return at


def in_perspective(flat, view):
    """The square of ground as the camera sees it, just so large that it fills the picture."""
    corners = np.array([(0, 0), (0, view.height), (view.width, view.height), (view.width, 0)])
    points = np.array([view.ground(corner)[:2] for corner in corners])
    places = (points - points.min(0)) / np.ptp(points, axis=0).max() * (len(flat) - 1)
    terms = coefficients(corners, places)
    planes = [
        Image.fromarray(np.ascontiguousarray(flat[..., k], np.float32)).transform(
            (view.width, view.height), Image.Transform.PERSPECTIVE, terms, Image.Resampling.BILINEAR
        )
        for k in range(3)
    ]
    return np.stack(planes, -1)


def coefficients(corners, places):
    """Those of PIL's perspective transform that brings the picture's `corners` to `places` of the ground."""
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, places):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows, float), np.array(values, float)).tolist()
