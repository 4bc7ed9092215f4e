"""Pictures of a chessboard by cameras that are known: rendered by the definition of OpenCV's lens model, with none of its code."""

import numpy as np

COLUMNS, ROWS, SQUARE = 9, 6, 25.0


class Camera:
    """Intrinsics and distortion, in OpenCV's convention and order."""

    def __init__(self, width, height, fx, fy, cx, cy, distortion):
        self.width, self.height = width, height
        self.fx, self.fy, self.cx, self.cy = fx, fy, cx, cy
        self.distortion = distortion

    def distorted(self, x, y):
        k1, k2, p1, p2, k3 = self.distortion
        r2 = x * x + y * y
        radial = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
        return (
            x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
            y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
        )

    def project(self, points):
        x, y = self.distorted(points[:, 0] / points[:, 2], points[:, 1] / points[:, 2])
        return np.stack([self.fx * x + self.cx, self.fy * y + self.cy], axis=1)

    def normalized(self, u, v):
        """Points of the plane at depth 1, by repeating: each round takes off what the distortion puts on."""
        wanted_x, wanted_y = (u - self.cx) / self.fx, (v - self.cy) / self.fy
        x, y = wanted_x.copy(), wanted_y.copy()
        for _ in range(60):
            bent_x, bent_y = self.distorted(x, y)
            x += wanted_x - bent_x
            y += wanted_y - bent_y
        return x, y


def camera(seed, width=1280, height=960):
    """A camera with a lens of 50 to 75 degrees and a distortion as webcams have it."""
    random = np.random.default_rng(seed)
    focal = width * random.uniform(0.7, 1.1)
    return Camera(
        width, height, focal, focal * random.uniform(0.995, 1.005),
        width / 2 + random.uniform(-15, 15), height / 2 + random.uniform(-15, 15),
        [random.uniform(-0.3, 0.05), random.uniform(-0.05, 0.1), random.uniform(-1e-3, 1e-3),
         random.uniform(-1e-3, 1e-3), random.uniform(-0.02, 0.02)])


def corners():
    grid = np.mgrid[0:COLUMNS, 0:ROWS].T.reshape(-1, 2).astype(float) * SQUARE
    return np.hstack([grid, np.zeros((COLUMNS * ROWS, 1))])


def turn(axis, angle):
    axis = np.asarray(axis, float)
    axis /= np.linalg.norm(axis)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def pose(camera, random):
    """A place at which all corners are inside the picture, tilted up to 50 degrees."""
    centre = np.array([(COLUMNS - 1) / 2, (ROWS - 1) / 2, 0]) * SQUARE
    while True:
        azimuth = random.uniform(0, 2 * np.pi)
        tilt = turn([np.cos(azimuth), np.sin(azimuth), 0], np.radians(random.uniform(0, 50)))
        rotation = tilt @ turn([0, 0, 1], np.radians(random.uniform(-40, 40)))
        depth = camera.fx / camera.width * SQUARE * COLUMNS * random.uniform(1.1, 2.8)
        aim = np.array([random.uniform(-0.4, 0.4) * camera.width / camera.fx,
                        random.uniform(-0.4, 0.4) * camera.height / camera.fy, 1]) * depth
        shift = aim - rotation @ centre
        points = corners() @ rotation.T + shift
        if points[:, 2].min() <= 0:
            continue
        seen = camera.project(points)
        margin = 14
        inside = (seen > margin).all() and (seen[:, 0] < camera.width - margin).all() and (
            seen[:, 1] < camera.height - margin).all()
        if inside:
            return rotation, shift, seen


def light(camera, rotation, shift, random, samples=4, uneven=0.5):
    """What falls onto each pixel: the mean of samples x samples places of it, under uneven light, on a ground with clutter."""
    steps = (np.arange(camera.width * samples) + 0.5) / samples - 0.5
    down = (np.arange(camera.height * samples) + 0.5) / samples - 0.5
    # The inverse of the lens is smooth: it is found for every second pixel and interpolated.
    coarse_u, coarse_v = np.arange(-2, camera.width + 3, 2.0), np.arange(-2, camera.height + 3, 2.0)
    x, y = camera.normalized(*np.meshgrid(coarse_u, coarse_v))
    x, y = (between(between(field, coarse_v, down, 0), coarse_u, steps, 1) for field in (x, y))
    # The board's plane where each ray meets it: solve rotation * (X, Y, 0) + shift = depth * ray.
    inverse = np.linalg.inv(np.stack([rotation[:, 0], rotation[:, 1], shift], axis=1))
    w = inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2]
    across = (inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]) / w / SQUARE
    along = (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]) / w / SQUARE
    field = np.floor(across) + np.floor(along)
    on_board = (across > -1) & (across < COLUMNS) & (along > -1) & (along < ROWS)
    on_paper = (across > -1.8) & (across < COLUMNS + 0.8) & (along > -1.8) & (along < ROWS + 0.8)
    ground = 90 + 40 * np.sin(x * random.uniform(5, 30)) * np.sin(y * random.uniform(5, 30))
    for _ in range(12):
        cx, cy, size = random.uniform(-0.8, 0.8), random.uniform(-0.6, 0.6), random.uniform(0.02, 0.2)
        inside = (np.abs(x - cx) < size) & (np.abs(y - cy) < size * random.uniform(0.3, 1.5))
        ground = np.where(inside, random.uniform(20, 220), ground)
    level = np.where(on_board, np.where(field % 2 == 0, 25.0, 215.0), np.where(on_paper, 215.0, ground))
    level = level.reshape(camera.height, samples, camera.width, samples).mean(axis=(1, 3))
    side = random.uniform(0, 2 * np.pi)
    slope = (np.cos(side) * np.linspace(-1, 1, camera.width)[None, :]
             + np.sin(side) * np.linspace(-1, 1, camera.height)[:, None]) / 1.5
    return level * (1 - uneven * (0.5 + 0.5 * slope))


def between(field, places, wanted, axis):
    """Cubic interpolation along an axis of evenly spaced places."""
    at = (wanted - places[0]) / (places[1] - places[0])
    cell = np.clip(np.floor(at).astype(int), 1, len(places) - 3)
    t = at - cell
    weights = [-t * (t - 1) * (t - 2) / 6, (t + 1) * (t - 1) * (t - 2) / 2,
               -(t + 1) * t * (t - 2) / 2, (t + 1) * t * (t - 1) / 6]
    shape = [1, 1]
    shape[axis] = -1
    return sum(w.reshape(shape) * np.take(field, cell + k - 1, axis) for k, w in enumerate(weights))


def shot(light, random, blur, noise):
    """The picture: blurred by a Gaussian of this deviation, with noise of that one, rounded to 8 bits."""
    if blur > 0:
        reach = int(np.ceil(4 * blur))
        weights = np.exp(-np.arange(-reach, reach + 1) ** 2 / (2 * blur**2))
        weights /= weights.sum()
        for axis in (0, 1):
            padded = np.pad(light, [(reach, reach) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
            light = sum(w * np.take(padded, range(i, i + light.shape[axis]), axis) for i, w in enumerate(weights))
    return np.clip(np.rint(light + random.normal(0, noise, light.shape)), 0, 255).astype(np.uint8)


def write(path, picture):
    with open(path, "wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (picture.shape[1], picture.shape[0]) + picture.tobytes())
