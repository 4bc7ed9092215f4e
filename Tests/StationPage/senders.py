"""Senders of a ground station: recordings that `arete link replay` sends, and a pipeline with pictures and a vehicle."""

import json
import math
import pathlib
import random
import subprocess

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent

# Above Hehuan Mountain's huts.
LATITUDE, LONGITUDE, GROUND = 24.1410, 121.2785, 3100
METRES_PER_DEGREE = 111_320


def place(east, north, height=GROUND, error=12, **more):
    return {
        **more,
        "latitude": LATITUDE + north / METRES_PER_DEGREE,
        "longitude": LONGITUDE + east / METRES_PER_DEGREE / math.cos(math.radians(LATITUDE)),
        "height": height,
        "error": error,
    }


def track(number, where, label="person", kind=0, score=0.9):
    box = {"x": 200 + number * 37 % 300, "y": 100 + number * 53 % 250, "width": 24, "height": 48}
    return {"id": number, "label": label, "class": kind, "score": score, "box": box, "position": where}


def frame(second, tracks, source="air"):
    return {"source": source, "time": second, "width": 640, "height": 480, "tracks": tracks}


def alarm(second, each, source="air", rule="person below the ridge"):
    return {"source": source, "time": second, "event": rule, "when": "appears", "count": 1, "track": each}


class Sender:
    """One that replays what it is given, with a pairing and a spool of its own in a folder."""

    def __init__(self, arete, folder, name, place, children):
        self.arete, self.folder, self.name, self.place, self.children = (
            arete,
            pathlib.Path(folder),
            name,
            place,
            children,
        )
        self.pairing = self.folder / f"{name}.pairing"
        self.count = 0
        subprocess.run([arete, "link", "pair", name, "-o", self.pairing], check=True, stdout=subprocess.DEVNULL)

    def start(self, lines, rate=20_000, patience=60):
        """Sends lines from now on; they are told when the process has ended."""
        self.count += 1
        path = self.folder / f"{self.name}-{self.count}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        command = [self.arete, "link", "replay", path, "--pairing", self.pairing, "--to", self.place]
        command += ["--spool", self.folder / f"{self.name}.spool", "--rate", str(rate), "--patience", str(patience)]
        command += ["--area", f"{LATITUDE},{LONGITUDE},{GROUND - 1000}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self.folder)
        self.children.append(process)
        return process

    def send(self, lines, rate=20_000, patience=60):
        assert self.start(lines, rate, patience).wait(timeout=patience + 60) == 0, f"{self.name} could not send"


def walkers(count, seconds, seed, first=1, spread=900):
    """People who wander for so many seconds, one frame a second."""
    drawn = random.Random(seed)
    people = [
        [drawn.uniform(-spread, spread), drawn.uniform(-spread, spread), drawn.uniform(0, 6.28), drawn.uniform(4, 60)]
        for _ in range(count)
    ]
    for second in range(seconds):
        tracks = []
        for index, (east, north, course, error) in enumerate(people):
            where = place(east + second * math.sin(course), north + second * math.cos(course), error=error)
            tracks.append(track(first + index, where, score=0.55 + 0.4 * (index * 7 % 10) / 10))
        yield frame(second, tracks)


def crowd(count, seed, batch=40, every=0.08):
    """So many who are seen once, a few at a time; all alike to a station."""
    drawn = random.Random(seed)
    for begin in range(0, count, batch):
        tracks = [
            track(
                begin + index + 1,
                place(drawn.gauss(0, 2200), drawn.gauss(0, 2200), error=drawn.uniform(3, 80)),
                *(("person", 0) if drawn.random() < 0.7 else ("animal", 1)),
                score=drawn.uniform(0.3, 0.99),
            )
            for index in range(min(batch, count - begin))
        ]
        yield frame(begin / batch * every, tracks)


def pipeline(folder, pairing, place, vehicle, seconds, rate=4, **source):
    """A pipeline's file: a camera that sees the same board for so many seconds, as somebody who hovers does.

    `source` is what more there is of the camera.
    """
    pictures = pathlib.Path(folder) / "pictures"
    pictures.mkdir()
    for number in range(seconds * rate):
        (pictures / f"{number:06}.png").symlink_to(ROOT / "Models/samples/board-1.png")
    path = pathlib.Path(folder) / "pipeline.json"
    sink = {"type": "link", "to": place, "pairing": str(pairing), "rate": 20_000}
    path.write_text(
        json.dumps(
            {
                "sources": [{"name": "down", "type": "folder", "path": str(pictures), "rate": rate, **source}],
                "model": {"file": str(ROOT / "Models/pcb-defect/model.onnx")},
                "tracker": {},
                "spool": str(pathlib.Path(folder) / "spool"),
                "vehicle": f"mavlink:udp:127.0.0.1:{vehicle}",
                "sinks": [sink],
            }
        ),
        encoding="utf-8",
    )
    return path
