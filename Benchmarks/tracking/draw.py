"""Drawn sequences: a camera above textured ground, small things moving on it, detections with a detector's faults.

Everything follows from the seed. What is above the ground (trees) moves against it in the picture, as in life.
"""

import dataclasses

import cv2
import numpy

import sequences

WIDTH, HEIGHT, RATE, FRAMES = 640, 480, 10, 200
FOCAL = 700.0
# Metres of ground that are drawn, and pixels a metre.
EXTENT, DENSITY = 160, 16
OBJECTS, TREES = 24, 25

# Detectors' faults: chances to lose an object and to find it again in the next frame, deviation of box sides in sizes
# of the box, false calls a frame.
LOSES, FINDS, JITTER, CLUTTER = 0.06, 0.35, 0.06, 0.5


@dataclasses.dataclass
class Pose:
    """Metres from the middle of the ground, and radians; a tilt of 0 looks straight down."""

    x: float
    y: float
    height: float
    yaw: float = 0.0
    tilt: float = 0.0
    roll: float = 0.0

    def projection(self):
        """From metres on the ground and above it to pixels, 3 x 4."""
        about = [cv2.Rodrigues(numpy.array(axis))[0] for axis in
                 ([0.0, 0.0, self.yaw], [self.tilt, 0.0, 0.0], [0.0, 0.0, self.roll])]
        # The camera's axes: right, down, forwards; x is east and y south, so that a picture from above is not mirrored.
        turn = about[2] @ about[1] @ about[0]
        place = numpy.array([[self.x], [self.y], [-self.height]])
        inner = numpy.array([[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1]])
        return inner @ numpy.hstack([turn, -turn @ place])


def flights(random):
    """Names and poses of each frame."""
    times = numpy.arange(FRAMES) / RATE
    shake = numpy.cumsum(random.normal(0, 1, (FRAMES, 3)), axis=0)
    shake -= 0.15 * numpy.cumsum(shake, axis=0) / numpy.arange(1, FRAMES + 1)[:, None]
    gusts = 0.012 * random.normal(0, 1, (FRAMES, 3))
    return {
        "still": [Pose(0, 0, 45) for _ in times],
        "pan": [Pose(4 * t - 40, 12 * numpy.sin(t / 3), 45, 0.5 * numpy.sin(0.9 * t)) for t in times],
        "climb": [Pose(4 * t - 35, -2 * t + 15, 45 * (1 + 0.35 * numpy.sin(0.7 * t)), 0.15 * t) for t in times],
        "oblique": [Pose(10 * numpy.sin(t / 4), 60 - 4 * t, 30, 0.2 * numpy.sin(0.6 * t), -0.7) for t in times],
        "gusts": [
            Pose(2 * t - 20, 0.2 * shake[i, 2], 45, gusts[i, 0], gusts[i, 1], gusts[i, 2])
            for i, t in enumerate(times)],
    }


def ground(random):
    """Grey fields, soil and paths: noise of all sizes and some edges."""
    side = EXTENT * DENSITY
    picture = numpy.full((side, side), 110.0, numpy.float32)
    for cells, strength in [(6, 25), (25, 18), (100, 12), (400, 9), (1280, 10)]:
        noise = random.normal(0, strength, (cells, cells)).astype(numpy.float32)
        picture += cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        corner = random.integers(0, side, 2)
        size = random.integers(20, 260, 2)
        rectangle = cv2.boxPoints((corner.tolist(), size.tolist(), float(random.uniform(0, 180)))).astype(numpy.int32)
        patch = numpy.zeros_like(picture)
        cv2.fillPoly(patch, [rectangle], 1.0)
        picture += patch * random.normal(0, 18)
    for _ in range(8):
        ends = random.integers(0, side, (2, 2)).tolist()
        cv2.line(picture, ends[0], ends[1], float(random.uniform(60, 180)), int(random.integers(15, 50)))
    return numpy.clip(picture, 0, 255).astype(numpy.uint8)


class Things:
    """What moves: rectangles of a few metres, each with its own way."""

    def __init__(self, random, poses):
        # Each is somewhere in the picture in some frame.
        self.seen = random.integers(0, FRAMES, OBJECTS)
        pixels = numpy.column_stack([random.uniform(0, [WIDTH, HEIGHT], (OBJECTS, 2)), numpy.ones(OBJECTS)])
        spots = [numpy.linalg.solve(poses[frame].projection()[:, [0, 1, 3]], pixel)
                 for frame, pixel in zip(self.seen, pixels)]
        self.start = numpy.array([spot[:2] / spot[2] for spot in spots])
        self.heading = random.uniform(0, 2 * numpy.pi, OBJECTS)
        self.turn = random.normal(0, 0.12, OBJECTS)
        self.speed = random.uniform(0, 3.5, OBJECTS)
        self.size = numpy.column_stack([random.uniform(1.2, 3, OBJECTS), random.uniform(0.8, 1.6, OBJECTS)])
        self.level = numpy.where(random.random(OBJECTS) < 0.5, random.uniform(5, 50, OBJECTS),
                                 random.uniform(190, 250, OBJECTS))

    def corners(self, number, time):
        """Four corners on the ground."""
        since = time - self.seen[number] / RATE
        steps = numpy.linspace(0, since, 20)
        angles = self.heading[number] + self.turn[number] * steps
        way = numpy.column_stack([numpy.cos(angles), numpy.sin(angles)]).mean(axis=0) * self.speed[number] * since
        angle = angles[-1]
        turn = numpy.array([[numpy.cos(angle), -numpy.sin(angle)], [numpy.sin(angle), numpy.cos(angle)]])
        half = self.size[number] / 2
        square = numpy.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        return square @ turn.T + self.start[number] + way


def projected(projection, points, height=0.0):
    """Pixels of points on the ground or above it; `None` behind the camera."""
    spots = projection @ numpy.vstack([points.T, numpy.full(len(points), -height), numpy.ones(len(points))])
    return None if (spots[2] < 1).any() else (spots[:2] / spots[2]).T


def boxed(corners):
    """The whole box round some pixels and the part of it in the picture."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    inside = numpy.clip(low, 0, [WIDTH, HEIGHT]), numpy.clip(high, 0, [WIDTH, HEIGHT])
    return numpy.array([*low, *(high - low)]), numpy.array([*inside[0], *(inside[1] - inside[0])])


class Detector:
    """Makes detections of the truth, with faults that last."""

    def __init__(self, random):
        self.random = random
        self.lost = numpy.zeros(OBJECTS, bool)

    def detections(self, truth):
        random = self.random
        change = random.random(OBJECTS)
        self.lost = numpy.where(self.lost, change > FINDS, change < LOSES)
        found = []
        for row in truth:
            if self.lost[int(row[0]) - 1]:
                continue
            size = numpy.sqrt(row[3] * row[4])
            sides = row[1:5] + random.normal(0, JITTER * size, 4) * [1, 1, 1.4, 1.4]
            score = numpy.clip(random.normal(0.75, 0.15), 0.15, 0.99)
            found.append([-1, *sides[:2], *numpy.maximum(sides[2:], 2), score])
        for _ in range(random.poisson(CLUTTER)):
            size = random.uniform(8, 40, 2)
            found.append([-1, *random.uniform(0, [WIDTH, HEIGHT]), *size, random.uniform(0.15, 0.8)])
        return numpy.array(found).reshape(-1, 6)


def draw(folder, seed):
    """Draws all flights into folders of `folder` and returns these."""
    random = numpy.random.default_rng(seed)
    return [draw_flight(folder / name, poses, random) for name, poses in flights(random).items()]


def draw_flight(folder, poses, random):
    (folder / "img1").mkdir(parents=True, exist_ok=True)
    land = ground(random)
    things = Things(random, poses)
    trees = [(random.uniform(-60, 60, 2), random.uniform(3, 7), random.uniform(1, 2.5), random.uniform(20, 80))
             for _ in range(TREES)]
    detector = Detector(random)
    to_metres = numpy.array([[1 / DENSITY, 0, -EXTENT / 2], [0, 1 / DENSITY, -EXTENT / 2], [0, 0, 1]])
    truth, detections = [], []
    for frame, pose in enumerate(poses):
        projection = pose.projection()
        picture = cv2.warpPerspective(
            land, projection[:, [0, 1, 3]] @ to_metres, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=110)
        rows = []
        for number in range(OBJECTS):
            corners = projected(projection, things.corners(number, frame / RATE))
            if corners is None:
                continue
            cv2.fillPoly(picture, [numpy.round(corners * 16).astype(numpy.int32)], float(things.level[number]),
                         lineType=cv2.LINE_AA, shift=4)
            whole, inside = boxed(corners)
            if inside[2] * inside[3] > 0.5 * whole[2] * whole[3] and inside[2:].min() > 3:
                rows.append([number + 1, *inside, 1])
        for spot, height, radius, level in trees:
            top = projected(projection, numpy.array([spot, spot + [radius, 0]]), height)
            if top is not None and numpy.abs(top).max() < 2000:
                cv2.circle(picture, numpy.round(top[0]).astype(int).tolist(),
                           int(max(numpy.linalg.norm(top[1] - top[0]), 1)), float(level), -1, cv2.LINE_AA)
        light = 1 + 0.1 * numpy.sin(frame / 15)
        noisy = picture * light + random.normal(0, 2.5, picture.shape)
        cv2.imwrite(str(folder / "img1" / f"{frame + 1:06}.jpg"), numpy.clip(noisy, 0, 255).astype(numpy.uint8),
                    [cv2.IMWRITE_JPEG_QUALITY, 85])
        truth.append(numpy.array(rows).reshape(-1, 6))
        detections.append(detector.detections(truth[-1]))
    sequences.write(folder, "gt.txt", truth, with_ids=True)
    sequences.write(folder, "det.txt", detections, with_ids=False)
    (folder / "seqinfo.ini").write_text(
        f"[Sequence]\nname={folder.name}\nimDir=img1\nframeRate={RATE}\nseqLength={FRAMES}\nimWidth={WIDTH}\n"
        f"imHeight={HEIGHT}\nimExt=.jpg\n", encoding="utf-8")
    return folder
