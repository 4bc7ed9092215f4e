"""People: thirteen capsules, a pose and clothes."""

import numpy as np

from .solids import Solid

SKIN = np.array([[0.85, 0.65, 0.52], [0.72, 0.5, 0.36], [0.5, 0.33, 0.22], [0.3, 0.2, 0.14]])
HAIR = np.array([[0.08, 0.06, 0.05], [0.25, 0.16, 0.08], [0.5, 0.36, 0.16], [0.5, 0.5, 0.5]])
BRIGHT = np.array(
    [[0.9, 0.15, 0.1], [0.95, 0.45, 0.05], [0.9, 0.85, 0.1], [0.1, 0.35, 0.85], [0.75, 0.9, 0.1], [0.9, 0.2, 0.5]]
)


def cloth(rng):
    """A colour to wear: often muted, sometimes bright, sometimes white or black."""
    kind = rng.random()
    if kind < 0.3:
        return BRIGHT[rng.integers(len(BRIGHT))] * rng.uniform(0.6, 1.0)
    if kind < 0.45:
        return np.full(3, rng.uniform(0.75, 0.95))
    if kind < 0.65:
        return np.full(3, rng.uniform(0.03, 0.15)) * rng.uniform(0.8, 1.2, 3)
    return np.clip(rng.uniform(0.1, 0.6) * rng.uniform(0.6, 1.4, 3), 0.02, 0.95)


def turned(angle, axis):
    sine, cosine = np.sin(angle), np.cos(angle)
    if axis == "x":
        return np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])


def limb(start, upper, lower, first, second, side):
    """Joints of an arm or a leg. `first` and `second`: the two bones' angles ahead; `side`: that outwards."""
    frame = turned(side, "y") @ turned(first, "x")
    middle = start + frame @ np.array([0, 0, -upper])
    return middle, middle + frame @ turned(second, "x") @ np.array([0, 0, -lower])


POSES = {  # name: (weight, hip angles, knees, lean, arms ahead, elbows, arms outwards, whole body turned back)
    "stand": (3, (-0.15, 0.15), (-0.15, 0.0), (-0.1, 0.2), (-0.3, 0.5), (0.0, 0.7), (0.05, 0.3), 0),
    "walk": (4, (-0.6, 0.6), (-0.7, 0.0), (0.0, 0.3), (-0.6, 0.6), (0.1, 0.8), (0.05, 0.25), 0),
    "wave": (1, (-0.15, 0.15), (-0.1, 0.0), (-0.1, 0.1), (2.2, 3.1), (0.0, 0.6), (0.1, 0.7), 0),
    "sit": (1.5, (1.2, 1.7), (-1.8, 0.0), (-0.3, 0.5), (-0.2, 1.0), (0.0, 1.2), (0.1, 0.4), 0),
    "crouch": (1, (1.4, 2.0), (-2.3, -1.6), (0.3, 0.9), (0.2, 1.0), (0.2, 1.2), (0.1, 0.4), 0),
    "lie": (2, (-0.1, 0.6), (-1.0, 0.0), (-0.1, 0.1), (-0.4, 2.6), (0.0, 1.2), (0.1, 0.9), 1),
}


def person(rng):
    """Solids of one person at the origin, facing along y."""
    names = list(POSES)
    weights = np.array([POSES[name][0] for name in names], float)
    _, hips, knees, leans, arms, elbows, outwards, lies = POSES[
        names[rng.choice(len(names), p=weights / weights.sum())]
    ]
    size = rng.uniform(0.8, 1.1) if rng.random() < 0.9 else rng.uniform(0.55, 0.8)
    stout = rng.uniform(0.85, 1.35) * size
    pelvis = np.zeros(3)
    back = turned(-rng.uniform(*leans), "x")
    neck = back @ np.array([0, 0, 0.5 * size])
    head = neck + back @ turned(rng.uniform(-0.3, 0.3), "x") @ np.array([0, 0.02, 0.2 * size])
    top, trousers = cloth(rng), cloth(rng)
    skin, hair = SKIN[rng.integers(len(SKIN))], HAIR[rng.integers(len(HAIR))]
    sleeves = top if rng.random() < 0.7 else skin
    shins = trousers if rng.random() < 0.8 else skin
    cap = cloth(rng) if rng.random() < 0.35 else hair
    solids = [
        Solid(pelvis, neck * 0.85, (0.15 * stout, 0.17 * stout), top),
        Solid(neck, head, (0.06 * size, 0.06 * size), skin),
        Solid(head, head, (0.105 * size, 0.105 * size), skin),
        Solid(
            head + back @ np.array([0, -0.02, 0.035]) * size,
            head + back @ np.array([0, -0.02, 0.05]) * size,
            (0.105 * size,) * 2,
            cap,
        ),
    ]
    for sign in (-1, 1):
        hip = pelvis + np.array([0.09 * stout * sign, 0, 0])
        knee, ankle = limb(
            hip, 0.42 * size, 0.42 * size, rng.uniform(*hips), rng.uniform(*knees), -sign * rng.uniform(0, 0.2)
        )
        solids += [
            Solid(hip, knee, (0.095 * stout, 0.07 * stout), trousers),
            Solid(knee, ankle, (0.065 * stout, 0.05 * stout), shins),
            Solid(
                ankle,
                ankle + np.array([0, 0.14, -0.03]) * size,
                (0.05 * size, 0.045 * size),
                np.full(3, rng.uniform(0.05, 0.5)),
            ),
        ]
        shoulder = neck * 0.85 + back @ np.array([0.19 * stout * sign, 0, 0])
        elbow, hand = limb(
            shoulder, 0.28 * size, 0.26 * size, rng.uniform(*arms), rng.uniform(*elbows), -sign * rng.uniform(*outwards)
        )
        solids += [
            Solid(shoulder, elbow, (0.06 * stout, 0.05 * stout), top),
            Solid(elbow, hand, (0.05 * stout, 0.04 * size), sleeves),
        ]
    if rng.random() < 0.3:
        pack = back @ np.array([0, -0.2 * stout, 0.2 * size])
        solids.append(Solid(pack, pack + back @ np.array([0, 0, 0.22 * size]), (0.14 * size, 0.12 * size), cloth(rng)))
    if lies:
        over = turned(rng.choice([-1, 1]) * rng.uniform(1.35, 1.6), "x")
        solids = [Solid(over @ s.start, over @ s.end, s.radii, s.colour, s.grain) for s in solids]
    lowest = min(min(s.start[2] - s.radii[0], s.end[2] - s.radii[1]) for s in solids)
    lift = np.array([0, 0, -lowest])
    return [Solid(s.start + lift, s.end + lift, s.radii, s.colour, s.grain) for s in solids]
