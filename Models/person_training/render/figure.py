"""People: limbs of capsules, a pose, clothes close to the body or wide, and what they carry."""

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
    "kneel": (0.7, (-0.2, 0.4), (-1.9, -1.3), (-0.1, 0.6), (-0.2, 1.2), (0.0, 1.2), (0.1, 0.5), 0),
    "signal": (0.7, (-0.2, 0.2), (-0.2, 0.0), (-0.1, 0.1), (-0.2, 0.3), (0.0, 0.3), (0.8, 2.6), 0),
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
    back = turned(-rng.uniform(*leans), "x")
    neck = back @ np.array([0, 0, 0.5 * size])
    top, skin = cloth(rng), SKIN[rng.integers(len(SKIN))]
    legs, thighs = two_legs(rng, size, stout, skin, hips, knees)
    solids = [
        Solid(np.zeros(3), neck * 0.85, (0.15 * stout, 0.17 * stout), top),
        *head(rng, neck, back, size, skin),
        *legs,
        *two_arms(rng, neck, back, size, stout, (top, skin), arms, elbows, outwards),
        *wide_clothes(rng, neck, thighs, stout, top),
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


def head(rng, neck, back, size, skin):
    """Neck, face and hair, a cap or a hat with a brim."""
    face = neck + back @ turned(rng.uniform(-0.3, 0.3), "x") @ np.array([0, 0.02, 0.2 * size])
    hair = cloth(rng) if rng.random() < 0.35 else HAIR[rng.integers(len(HAIR))]
    low, high = (face + back @ np.array([0, -0.02, z]) * size for z in (0.035, 0.05))
    wide = rng.uniform(0.12, 0.17) if rng.random() < 0.15 else 0.105
    return [
        Solid(neck, face, (0.06 * size, 0.06 * size), skin),
        Solid(face, face, (0.105 * size, 0.105 * size), skin),
        Solid(low, high, (wide * size, wide * size), hair),
    ]


def two_legs(rng, size, stout, skin, hips, knees):
    """Solids of both legs from the origin, and where the thighs end on average."""
    trousers = cloth(rng)
    shins = trousers if rng.random() < 0.8 else skin
    solids, ends = [], []
    for sign in (-1, 1):
        hip = np.array([0.09 * stout * sign, 0, 0])
        knee, ankle = limb(
            hip, 0.42 * size, 0.42 * size, rng.uniform(*hips), rng.uniform(*knees), -sign * rng.uniform(0, 0.2)
        )
        toes = ankle + np.array([0, 0.14, -0.03]) * size
        ends.append(knee)
        solids += [
            Solid(hip, knee, (0.095 * stout, 0.07 * stout), trousers),
            Solid(knee, ankle, (0.065 * stout, 0.05 * stout), shins),
            Solid(ankle, toes, (0.05 * size, 0.045 * size), np.full(3, rng.uniform(0.05, 0.5))),
        ]
    return solids, np.mean(ends, 0)


def two_arms(rng, neck, back, size, stout, colours, arms, elbows, outwards):
    top, skin = colours
    sleeves = top if rng.random() < 0.7 else skin
    solids = []
    for sign in (-1, 1):
        shoulder = neck * 0.85 + back @ np.array([0.19 * stout * sign, 0, 0])
        elbow, hand = limb(
            shoulder, 0.28 * size, 0.26 * size, rng.uniform(*arms), rng.uniform(*elbows), -sign * rng.uniform(*outwards)
        )
        solids += [
            Solid(shoulder, elbow, (0.06 * stout, 0.05 * stout), top),
            Solid(elbow, hand, (0.05 * stout, 0.04 * size), sleeves),
        ]
    return solids


def wide_clothes(rng, neck, thighs, stout, top):
    """Perhaps a skirt or a coat, which falls along the thighs, or a cape, which hides arms and hips."""
    kind, waist = rng.random(), np.zeros(3)
    hem = thighs * rng.uniform(0.5, 1.8)
    if kind < 0.15:
        return [Solid(waist, hem, (0.16 * stout, rng.uniform(0.14, 0.3) * stout), cloth(rng))]
    if kind < 0.35:
        spread = rng.uniform(0.15, 0.28) * stout
        return [Solid(neck * 0.85, waist, (0.16 * stout, 0.18 * stout), top), Solid(waist, hem, (spread,) * 2, top)]
    if kind < 0.45:
        return [Solid(neck, hem * 0.3, (0.09 * stout, rng.uniform(0.22, 0.35) * stout), cloth(rng))]
    return []
