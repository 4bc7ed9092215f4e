"""Arete's calibration beside OpenCV's, on the same rendered pictures: `make bench-calibration`.

For each camera and kind of picture: how many boards are found, how far corners are from the truth, how long a search takes, and how far
the focal length and the principal point come out from the truth.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

import boards
import cv2
import numpy as np

VIEWS = 12
# Deviation of the blur in pixels, of the noise in levels.
KINDS = [(0.7, 2), (2, 5), (0.7, 15), (4, 5)]
CAMERAS = [(1, 640, 480), (2, 640, 480), (3, 1280, 960)]


def render(folder, seed, width, height):
    """Writes each kind of picture into a folder of its own; returns the camera and the true corners of each view."""
    camera = boards.camera(seed, width, height)
    random = np.random.default_rng(1000 + seed)
    truth = []
    for view in range(VIEWS):
        rotation, shift, seen = boards.pose(camera, random)
        light = boards.light(camera, rotation, shift, random)
        truth.append(seen)
        for kind, (blur, noise) in enumerate(KINDS):
            target = folder / f"{seed}-{kind}"
            target.mkdir(parents=True, exist_ok=True)
            boards.write(target / f"{view:02}.pgm", boards.shot(light, random, blur, noise))
    return camera, truth


def off(found, truth):
    """Distances to the truth, with the board read from either end."""
    return min((np.linalg.norm(found[::order] - truth, axis=1) for order in (1, -1)), key=lambda d: d.max())


def arete(program, folder, truth):
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        size = f"{boards.COLUMNS}x{boards.ROWS}"
        words = [program, "calibrate", str(folder), "--board", size, "-o", output.name, "--json"]
        result = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    errors = [off(np.array(view["corners"]), truth[view["picture"] - 1]) for view in result["views"]]
    calibration = result["calibration"]
    return errors, result["search_ms"], [calibration[key] for key in ("fx", "fy", "cx", "cy")]


def corners_classic(grey):
    size = (boards.COLUMNS, boards.ROWS)
    found, corners = cv2.findChessboardCorners(grey, size)
    if not found:
        return None
    return cv2.cornerSubPix(grey, corners, (5, 5), (-1, -1), (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 40, 1e-3))


def corners_sector(grey):
    found, corners = cv2.findChessboardCornersSB(grey, (boards.COLUMNS, boards.ROWS))
    return corners if found else None


def opencv(search, folder, truth):
    errors, times, seen = [], [], []
    for view, path in enumerate(sorted(folder.iterdir())):
        grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        start = time.perf_counter()
        corners = search(grey)
        times.append((time.perf_counter() - start) * 1000)
        if corners is not None:
            seen.append(corners.astype(np.float32))
            errors.append(off(corners.reshape(-1, 2), truth[view]))
    places = [boards.corners().astype(np.float32)] * len(seen)
    _, matrix, *_ = cv2.calibrateCamera(places, seen, grey.shape[::-1], None, None)
    return errors, float(np.median(times)), [matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]]


def row(name, figures, camera):
    errors, milliseconds, (fx, fy, cx, cy) = figures
    corner = np.sqrt(np.mean(np.concatenate(errors) ** 2))
    focal = max(abs(fx / camera.fx - 1), abs(fy / camera.fy - 1)) * 100
    middle = np.hypot(cx - camera.cx, cy - camera.cy)
    return f"{name} | {len(errors)} of {VIEWS} | {corner:.3f} | {focal:.3f} | {middle:.2f} | {milliseconds:.1f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arete", help="the program")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"OpenCV {cv2.__version__}, one thread\n")
    print("| picture | blur, noise | by | found | corners off (px) | focal length off (%) | middle off (px) | search (ms) |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as root:
        for seed, width, height in CAMERAS:
            camera, truth = render(pathlib.Path(root), seed, width, height)
            for kind, (blur, noise) in enumerate(KINDS):
                folder = pathlib.Path(root) / f"{seed}-{kind}"
                head = f"| {width}x{height}, seed {seed} | {blur} px, {noise} |"
                print(head, row("Arete", arete(arguments.arete, folder, truth), camera))
                print(head, row("OpenCV, `cornerSubPix`", opencv(corners_classic, folder, truth), camera))
                print(head, row("OpenCV, `...SB`", opencv(corners_sector, folder, truth), camera), flush=True)


if __name__ == "__main__":
    main()
