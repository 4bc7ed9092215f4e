"""What stands on open ground and is no person: plants, stones, posts, vehicles, animals, tents."""

import numpy as np

from .figure import cloth
from .solids import Solid

LEAVES = np.array([[0.13, 0.22, 0.07], [0.2, 0.28, 0.1], [0.08, 0.16, 0.06], [0.35, 0.33, 0.12], [0.4, 0.25, 0.08]])


def ball(centre, radius, colour, grain=0.15):
    centre = np.asarray(centre, float)
    return Solid(centre, centre.copy(), (radius, radius), colour, grain)


def rod(start, end, radius, colour, grain=0.08):
    return Solid(np.asarray(start, float), np.asarray(end, float), (radius, radius), colour, grain)


def leaves(rng):
    return LEAVES[rng.integers(len(LEAVES))] * rng.uniform(0.6, 1.4)


def tree(rng):
    height, colour = rng.uniform(3, 9), leaves(rng)
    trunk = Solid(np.zeros(3), np.array([0, 0, height * 0.8]), (0.18, 0.08), np.array([0.25, 0.18, 0.12]), 0.1)
    if rng.random() < 0.4:  # a conifer
        tiers = [
            Solid(
                np.array([0, 0, z]),
                np.array([0, 0, z + height * 0.25]),
                (height * 0.25 * (1.1 - z / height), 0.05),
                colour,
                0.25,
            )
            for z in np.linspace(height * 0.15, height * 0.8, 5)
        ]
        return [trunk, *tiers]
    spots = rng.normal(0, 1, (int(rng.integers(25, 60)), 3)) * height * np.array([0.17, 0.17, 0.11]) + [
        0,
        0,
        height * 0.75,
    ]
    return [trunk] + [
        ball(spot, height * rng.uniform(0.03, 0.1), colour * rng.uniform(0.7, 1.3), 0.3) for spot in spots
    ]


def bush(rng):
    size, colour = rng.uniform(0.3, 1.3), leaves(rng)
    spots = rng.normal(0, 1, (int(rng.integers(6, 25)), 3)) * size * 0.5
    return [
        ball([x, y, abs(z) * 0.6 + 0.1], size * rng.uniform(0.1, 0.3), colour * rng.uniform(0.7, 1.3), 0.25)
        for x, y, z in spots
    ]


def rock(rng):
    size, colour = rng.uniform(0.15, 1.2), np.full(3, rng.uniform(0.2, 0.65)) * rng.uniform(0.9, 1.1, 3)
    spots = rng.normal(0, 1, (int(rng.integers(2, 6)), 3)) * size * 0.4
    return [
        ball([x, y, abs(z) * 0.3], size * rng.uniform(0.3, 0.6), colour * rng.uniform(0.85, 1.15), 0.08)
        for x, y, z in spots
    ]


def log(rng):
    half = np.array([rng.uniform(0.4, 3), 0, 0])
    radius = rng.uniform(0.06, 0.25)
    return [
        rod(
            -half + [0, 0, radius],
            half + [0, 0, radius],
            radius,
            np.array([0.35, 0.26, 0.18]) * rng.uniform(0.5, 1.5),
            0.15,
        )
    ]


def post(rng):
    height, colour = rng.uniform(0.6, 2.5), cloth(rng)
    solids = [rod([0, 0, 0], [0, 0, height], rng.uniform(0.03, 0.15), colour)]
    if rng.random() < 0.4:  # a sign
        solids.append(rod([-0.25, 0, height], [0.25, 0, height], rng.uniform(0.06, 0.2), cloth(rng)))
    return solids


def car(rng):
    paint = cloth(rng) if rng.random() < 0.5 else np.full(3, rng.choice([0.05, 0.35, 0.6, 0.9]))
    glass = np.array([0.08, 0.1, 0.13])
    length, width = rng.uniform(1.6, 2.2), rng.uniform(0.6, 0.75)
    sides = np.linspace(-width, width, 4)
    body = [rod([x, -length, 0.55], [x, length, 0.55], 0.38, paint, 0.02) for x in sides]
    cabin = [rod([x * 0.85, -length * 0.55, 1.1], [x * 0.85, length * 0.3, 1.1], 0.28, glass, 0.02) for x in sides]
    roof = [rod([x * 0.75, -length * 0.4, 1.25], [x * 0.75, length * 0.1, 1.25], 0.24, paint, 0.02) for x in sides]
    return body + cabin + roof


def animal(rng):
    size = rng.uniform(0.4, 1.2)
    colour = np.full(3, rng.uniform(0.05, 0.9)) * np.array([1, rng.uniform(0.8, 1), rng.uniform(0.6, 1)])
    height, half = 0.6 * size, 0.55 * size
    legs = [
        rod([x * 0.15 * size, y * half * 0.85, 0], [x * 0.15 * size, y * half * 0.85, height], 0.06 * size, colour)
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    trunk = rod([0, -half, height], [0, half, height], 0.22 * size, colour)
    neck = rod([0, half, height], [0, half * 1.35, height * rng.uniform(0.5, 1.5)], 0.11 * size, colour)
    head = rod(neck.end, neck.end + [0, 0.18 * size, -0.05 * size], 0.1 * size, colour)
    return [*legs, trunk, neck, head]


def tent(rng):
    colour, long, high = cloth(rng), rng.uniform(0.8, 1.6), rng.uniform(0.5, 1.2)
    return [
        Solid(np.array([-long, y, 0.1]), np.array([-long * 0.6, 0, high]), (0.1, 0.08), colour, 0.03)
        for y in (-0.8, 0.8)
    ] + [
        Solid(np.array([x, y, z]), np.array([x + long, y, z]), (0.2, 0.2), colour, 0.03)
        for y, z in ((-0.7, 0.15), (-0.4, high * 0.5), (0, high), (0.4, high * 0.5), (0.7, 0.15))
        for x in (-long, 0)
    ]


def pack(rng):
    """A thing left behind: a rucksack, a box, a bucket."""
    size, colour = rng.uniform(0.12, 0.35), cloth(rng)
    return [rod([0, 0, size], [0, 0, size * rng.uniform(1, 2)], size, colour)]


KINDS = {tree: 4, bush: 6, rock: 6, log: 2, post: 2, car: 1.5, animal: 1.5, tent: 0.5, pack: 1.5}


def thing(rng):
    kinds = list(KINDS)
    weights = np.array([KINDS[kind] for kind in kinds])
    return kinds[rng.choice(len(kinds), p=weights / weights.sum())](rng)
