#!/usr/bin/env python3
"""What a station needs for a fleet, and how fast it answers with a day's store.

    station.py [--arete PROGRAM] [--boxes 20] [--tracks 50] [--rate 10] [--seconds 60] [--markdown]

Load: so many `arete link replay` tell of so many tracks each, so often a second, to one `arete station` that is kept to
one core of its own, with a page that follows all changes. Told are the station's processor time as a share of that
core, its memory, packets and bytes, how many changes of tracks it kept a second, and how old what the page got was.

Day: a store as a day of the same boxes leaves it (a new track each 20 s, a pose each 5 s and an alert each minute from
each), and how long the page's questions and the exports take, over HTTP, the median and the longest of 20.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
LATITUDE, LONGITUDE = 46.5, 8.1
DAY = 86_400
ASKED = 20
TICKS = os.sysconf("SC_CLK_TCK")


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def recording(path, seed, tracks, rate, seconds):
    """Tracks that walk, all seen in each frame."""
    draw = random.Random(seed)
    places = [[draw.uniform(0, 0.02), draw.uniform(0, 0.02)] for _ in range(tracks)]
    with open(path, "w") as file:
        for frame in range(int(rate * seconds)):
            seen = []
            for number, place in enumerate(places):
                place[0] += draw.uniform(-1, 1) / 111_000
                place[1] += draw.uniform(-1, 1) / 76_000
                seen.append({
                    "id": number, "class": 0, "label": "person", "score": 0.8,
                    "box": {"x": 900, "y": 500, "width": 30, "height": 60},
                    "position": {"latitude": round(LATITUDE + place[0], 7), "longitude": round(LONGITUDE + place[1], 7),
                                 "height": 1500, "error": 8}})
            head = {"source": "air", "time": round(frame / rate, 3), "width": 1920, "height": 1080, "tracks": seen}
            file.write(json.dumps(head, separators=(",", ":")) + "\n")


class Station:
    def __init__(self, arete, folder, pairings, core=None):
        self.port, self.page = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
        line = [arete, "station", "--listen", f"udp:127.0.0.1:{self.port}", "--pairing", *pairings, "--store", "store",
                "--page", f"127.0.0.1:{self.page}"]
        pin = ["taskset", "-c", str(core)] if core is not None else []
        self.process = subprocess.Popen(
            pin + line, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for told in self.process.stderr:
            if "page at" in told:
                break
        else:
            sys.exit("the station did not start")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        token = (folder / "store.token").read_text().strip()
        body = json.dumps({"token": token})
        line = self.connection()
        line.request("POST", "/login", body, {"Content-Type": "application/json", "X-Arete": "1"})
        answer = line.getresponse()
        answer.read()
        if answer.status != 204:
            sys.exit(f"login: {answer.status}")
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.page, timeout=60)

    def get(self, path):
        line = self.connection()
        line.request("GET", path, headers={"Cookie": self.cookie})
        return line.getresponse()

    def taken(self):
        """Packets since it was started."""
        return json.load(self.get("/api/state"))["station"]["counts"]["taken"]

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self, name):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024

    def finish(self):
        self.process.terminate()
        self.process.wait()


class Page(threading.Thread):
    """Follows the changes as a page does."""

    def __init__(self, station):
        super().__init__(daemon=True)
        self.station = station
        self.changes, self.bytes, self.ages = 0, 0, []

    def run(self):
        revision = json.load(self.station.get("/api/state"))["revision"]
        stream = self.station.get(f"/api/changes?since={revision}")
        for line in stream:
            if not line.startswith(b"data: {"):
                continue
            news = json.loads(line[6:])
            self.bytes += len(line)
            self.changes += len(news["tracks"])
            self.ages += [time.time() - one["last"] / 1000 for one in news["tracks"] if one["last"]]


def load(options, folder):
    pairings = []
    for number in range(options.boxes):
        subprocess.run([options.arete, "link", "pair", f"box-{number}", "-o", f"p{number}"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        pairings.append(f"p{number}")
        recording(folder / f"r{number}.jsonl", number, options.tracks, options.rate, options.seconds)
    cores = sorted(os.sched_getaffinity(0))
    station = Station(options.arete, folder, pairings, cores[-1])
    page = Page(station)
    page.start()
    senders = [
        subprocess.Popen(
            (["taskset", "-c", ",".join(map(str, cores[:-1]))] if len(cores) > 1 else [])
            + [options.arete, "link", "replay", f"r{number}.jsonl", "--to", f"udp:127.0.0.1:{station.port}",
               "--pairing", f"p{number}", "--spool", f"q{number}", "--rate", "100000", "--carrier", "0", "--packet",
               "1200", "--area", f"{LATITUDE},{LONGITUDE},1000", "--patience", "20", "--json"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for number in range(options.boxes)]
    # What begins and ends is left out.
    time.sleep(5)
    before, wall = station.processor_seconds(), time.monotonic()
    changes, heard = page.changes, page.bytes
    taken = station.taken()
    page.ages.clear()
    time.sleep(options.seconds - 8)
    spent, wall = station.processor_seconds() - before, time.monotonic() - wall
    taken = station.taken() - taken
    changes, heard, ages = page.changes - changes, page.bytes - heard, sorted(page.ages)
    memory = station.megabytes("VmRSS"), station.megabytes("VmHWM")
    told = [json.loads(sender.communicate()[0].splitlines()[-1]) for sender in senders]
    state = json.load(station.get("/api/state"))
    station.finish()
    return {
        "boxes": options.boxes, "tracks": options.tracks, "rate": options.rate, "share": spent / wall,
        "memory": memory[0], "highest": memory[1], "packets_per_second": taken / wall,
        "bytes_per_second": sum(one["sent_bytes"] for one in told) / options.seconds,
        "waiting": sum(one["waiting"] for one in told), "page_changes_per_second": changes / wall,
        "page_bytes_per_second": heard / wall, "tracks_there": len(state["tracks"]),
        "age_median": statistics.median(ages) if ages else None,
        "age_p95": ages[int(len(ages) * 0.95)] if ages else None, "taken": state["station"]["counts"],
    }


def fill(path, boxes):
    """A day of so many boxes, as the station would have it. Returns how many rows of each kind."""
    draw = random.Random(1)
    store = sqlite3.connect(path)
    columns = {
        table: [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
        for table in ("senders", "clocks", "tracks", "poses", "events", "gone")}

    def add(table, **values):
        names = [name for name in columns[table] if name in values]
        missing = set(values) - set(names)
        if missing:
            sys.exit(f"{table} has no {missing}")
        store.execute(f"INSERT INTO {table} ({','.join(names)}) VALUES ({','.join('?' * len(names))})",
                      [values[name] for name in names])

    began = int((time.time() - DAY) * 1000)
    revision, counts = 1, {"tracks": 0, "poses": 0, "events": 0}
    for box in range(boxes):
        sender = 1000 + box
        add("senders", sender=sender, name=f"box-{box}", epoch=1, counter=1, heard=began, timed=0, revision=1)
        add("clocks", sender=sender, epoch=1, began=began, doubt=0)
        for second in range(0, DAY, 5):
            revision += 1
            at = second * 1000
            place = {"latitude": LATITUDE + draw.uniform(0, 0.05), "longitude": LONGITUDE + draw.uniform(0, 0.05)}
            add("poses", sender=sender, camera=0, epoch=1, happened=at, height=1600, datum=1, yaw=0, pitch=-90, view=60,
                revision=revision, **place)
            counts["poses"] += 1
            number = second // 20
            if second % 20 == 0:
                add("tracks", sender=sender, number=number, camera=0, **{"class": 0}, confidence=0.8, height=1500,
                    error=8, middle_x=0.5, middle_y=0.5, width=0.02, box_height=0.05, first_epoch=1, first_seen=at,
                    epoch=1, seen=at + 15_000, heard=began + at, revision=revision, **place)
                add("gone", sender=sender, number=number, reason=0, epoch=1, happened=at + 15_000)
                counts["tracks"] += 1
            if second % 60 == 0:
                add("events", sender=sender, number=second // 60, rule=0, track=number, epoch=1, happened=at,
                    heard=began + at, revision=revision)
                counts["events"] += 1
    store.execute("UPDATE state SET value = ? WHERE name = 'revision'", [revision])
    store.commit()
    return counts, revision


def day(options, folder):
    subprocess.run([options.arete, "link", "pair", "box", "-o", "p"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    Station(options.arete, folder, ["p"]).finish()
    counts, revision = fill(folder / "store", options.boxes)
    station = Station(options.arete, folder, ["p"])
    times = {}
    questions = {
        "all that the page shows (5,000 newest tracks, flights, alerts)": "/api/state",
        "export of all detections as CSV": "/export/detections.csv",
        "export of all detections as GeoJSON": "/export/detections.geojson",
        "export of all flights as GPX": "/export/flights.gpx",
    }
    for what, path in questions.items():
        times[what] = measure(station, lambda path=path: len(station.get(path).read()))
    megabytes = (folder / "store").stat().st_size / 1e6
    times["the last 40 changes, to a page that has all before (with a pause of 200 ms)"] = measure(
        station, lambda: news(station, revision - 40))
    station.finish()
    return counts, megabytes, times


def measure(station, question):
    """Milliseconds until the answer is there, the median and the longest, processor time for one, and its bytes."""
    taken, spent = [], station.processor_seconds()
    for _ in range(ASKED):
        start = time.monotonic()
        size = question()
        taken.append((time.monotonic() - start) * 1000)
    spent = (station.processor_seconds() - spent) * 1000 / ASKED
    return statistics.median(taken), max(taken), spent, size


def news(station, revision):
    """What changed since a moment ago, as an open page asks: a page is told of it 200 ms later at most."""
    line = station.connection()
    line.request("GET", f"/api/changes?since={revision}", headers={"Cookie": station.cookie})
    answer = line.getresponse()
    size = 0
    while True:
        text = answer.fp.readline()
        size += len(text)
        if text.startswith(b"data:"):
            line.close()
            return size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arete", default=str(HERE.parents[1] / ".build/release/arete"))
    parser.add_argument("--boxes", type=int, default=20)
    parser.add_argument("--tracks", type=int, default=50)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", choices=["load", "day"])
    options = parser.parse_args()
    options.arete = str(pathlib.Path(options.arete).resolve())
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "day":
            (pathlib.Path(folder) / "load").mkdir()
            for name, value in load(options, pathlib.Path(folder) / "load").items():
                print(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}", flush=True)
        if options.only != "load":
            (pathlib.Path(folder) / "day").mkdir()
            counts, megabytes, times = day(options, pathlib.Path(folder) / "day")
            print(f"a day's store: {counts}, {megabytes:.1f} MB")
            for what, (median, longest, spent, size) in times.items():
                print(f"| {what} | {median:.0f} | {longest:.0f} | {spent:.1f} | {size / 1e6:.2f} |")


if __name__ == "__main__":
    main()
