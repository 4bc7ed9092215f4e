#!/usr/bin/env python3
"""Thirty tracks over links of a few hundred bytes a second that lose, double, delay and fall silent.

    link.py [--arete PROGRAM] [--rates 60 300 3000] [--minutes 12] [--seed 1] [--markdown]

`arete link replay` sends a drawn run, a line of its own on this machine carries the packets, `arete station` stores
and prints: three real processes at real time, and a line that passes so many bytes a second, loses 20 of 100 packets
each way, doubles 5, delays each by 0.1 to 0.9 s (so that they overtake each other) and passes nothing for two minutes.
Thirty people walk, each seen once a second; every 20 s one more comes and a rule fits it, and the one who was there
longest leaves. Rates run side by side. Told are, from when a thing was so to when the station printed it: alerts
(`rule`) and new tracks; and, second by second, how old the newest known place of each person is. Bytes are those of
packets, as the line counts them.
"""

import argparse
import json
import math
import os
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from thin_link import Conditions, ThinLine

HERE = pathlib.Path(__file__).resolve().parent
PEOPLE = 30
EVERY = 20
OUTAGE = (300, 420)
LOSS, DOUBLED, DELAY = 0.2, 0.05, (0.1, 0.9)
LATITUDE, LONGITUDE = 46.55, 8.1


class Run:
    """The drawn run: lines as a pipeline writes them, and what is true."""

    def __init__(self, seconds, seed):
        draw = random.Random(seed)
        self.lines, self.present, self.alerts, self.began = [], [], {}, {}
        people, next_id = {}, 0

        def add(second):
            nonlocal next_id
            north, east = draw.uniform(0.002, 0.04), draw.uniform(0.002, 0.04)
            people[next_id] = [LATITUDE + north, LONGITUDE + east, draw.uniform(0, 2 * math.pi)]
            self.began[next_id] = second
            next_id += 1

        for _ in range(PEOPLE):
            add(0)
        for second in range(seconds):
            newcomer = None
            if second % EVERY == EVERY - 1:
                gone = min(people)
                del people[gone]
                self.line({"source": "air", "time": second, "event": "left", "track": {"id": gone}})
                newcomer = next_id
                add(second)
            tracks = [self.track(draw, number, person) for number, person in sorted(people.items())]
            self.line({"source": "air", "time": second, "width": 1920, "height": 1080, "tracks": tracks})
            if newcomer is not None:
                self.alerts[newcomer] = second
                self.line({"source": "air", "time": second, "event": "person", "track": {"id": newcomer}})
            self.present.append(set(people))

    def line(self, content):
        self.lines.append(json.dumps(content))

    @staticmethod
    def track(draw, number, person):
        person[2] += draw.uniform(-0.3, 0.3)
        person[0] += 1.5 * math.cos(person[2]) / 111_000
        person[1] += 1.5 * math.sin(person[2]) / 76_000
        place = {
            "latitude": person[0] + draw.gauss(0, 3) / 111_000, "longitude": person[1] + draw.gauss(0, 3) / 76_000,
            "height": 1600, "error": 8,
        }
        box = {"x": 900, "y": 500, "width": 30, "height": 60}
        return {"id": number, "class": 0, "score": 0.8, "box": box, "position": place}


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else math.nan


class Trial:
    """One rate: processes, and what the station said when."""

    def __init__(self, arete, drawn, rate, seconds, seed, folder):
        self.drawn, self.rate, self.seconds = drawn, rate, seconds
        folder.mkdir()
        (folder / "run.jsonl").write_text("\n".join(drawn.lines) + "\n")
        subprocess.run([arete, "link", "pair", "drone", "-o", "p"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.station = subprocess.Popen(
            [arete, "station", "--listen", f"udp:127.0.0.1:{port}", "--pairing", "p", "--store", "s", "--no-page",
             "--json"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.station.stderr.readline()
        conditions = Conditions(rate, loss=LOSS, doubled=DOUBLED, delay=DELAY, outage=OUTAGE)
        self.line = ThinLine(conditions, ("127.0.0.1", port), seed)
        self.line.start()
        self.heard = []
        threading.Thread(target=self.listen, daemon=True).start()
        self.start = time.time()
        self.sender = subprocess.Popen(
            [arete, "link", "replay", "run.jsonl", "--pairing", "p", "--to", f"udp:127.0.0.1:{self.line.port}",
             "--spool", "q", "--area", f"{LATITUDE},{LONGITUDE}", "--rate", str(rate), "--carrier", "0", "--json"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def listen(self):
        for text in self.station.stdout:
            self.heard.append((time.time(), json.loads(text)))

    def finish(self):
        self.summary = json.loads(self.sender.communicate()[0].splitlines()[-1])
        time.sleep(1)
        self.station.terminate()
        self.station.wait()

    def figures(self):
        # Running numbers are given in the order in which people were seen first.
        numbers = {}
        first = min((told["track"] for _, told in self.heard if "track" in told and "confidence" in told), default=0)
        shown, alerted, newest = {}, {}, {}
        ages, cursor = [], 0
        for second in range(self.seconds):
            while cursor < len(self.heard) and self.heard[cursor][0] - self.start < second:
                at, told = self.heard[cursor]
                cursor += 1
                number = told.get("track", told.get("update"))
                if number is None:
                    continue
                if "event" in told:
                    alerted.setdefault(number - first, at - self.start)
                elif "gone" not in told:
                    shown.setdefault(number - first, at - self.start)
                    if told.get("utc_ms"):
                        newest[number - first] = max(newest.get(number - first, 0), told["utc_ms"] / 1000)
            if 20 < second and not OUTAGE[0] <= second < OUTAGE[1] + 30:
                ages += [self.start + second - newest[one] for one in self.drawn.present[second] if one in newest]
        for at, told in self.heard[cursor:]:
            if "event" in told:
                alerted.setdefault(told["track"] - first, at - self.start)
        # Behind the outage: when the link was back.
        delays, after, missing = [], [], 0
        for one, second in self.drawn.alerts.items():
            if one not in alerted:
                missing += 1
            elif OUTAGE[0] - 3 <= second < OUTAGE[1]:
                after.append(alerted[one] - OUTAGE[1])
            else:
                delays.append(alerted[one] - second)
        tracks = [
            shown[one] - second for one, second in self.drawn.began.items()
            if one in shown and second > 0 and not OUTAGE[0] - 3 <= second < OUTAGE[1]
        ]
        numbers = self.line.sent
        total = sum(size for _, size in numbers)
        worst = 0
        for index, (at, _) in enumerate(numbers):
            worst = max(worst, sum(size for time_, size in numbers[index:index + 200] if time_ < at + 10) / 10)
        reports = sum(1 for _, told in self.heard if "track" in told or "update" in told)
        return {
            "rate": self.rate, "alert_p50_s": percentile(delays, 0.5), "alert_p95_s": percentile(delays, 0.95),
            "alert_worst_s": max(delays, default=math.nan), "after_outage_s": max(after, default=math.nan),
            "missing": missing, "alerts": len(self.drawn.alerts), "track_p50_s": percentile(tracks, 0.5),
            "track_p95_s": percentile(tracks, 0.95), "age_p50_s": percentile(ages, 0.5),
            "age_p95_s": percentile(ages, 0.95), "bytes_per_s": total / (numbers[-1][0] - numbers[0][0]),
            "worst_10_s": worst, "bytes_per_report": total * (1 - LOSS) / max(reports, 1), "reports": reports,
            "loss_learnt": self.summary["loss"], "waiting": self.summary["waiting"],
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arete", default=str(HERE.parent.parent / ".build/release/arete"))
    parser.add_argument("--rates", type=int, nargs="+", default=[60, 300, 3000])
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", action="store_true")
    wanted = parser.parse_args()
    seconds = int(wanted.minutes * 60)
    with tempfile.TemporaryDirectory() as folder:
        drawn = Run(seconds, wanted.seed)
        arete = os.path.abspath(wanted.arete)
        trials = [
            Trial(arete, drawn, rate, seconds, wanted.seed, pathlib.Path(folder) / str(rate)) for rate in wanted.rates
        ]
        print(f"{seconds} s, {len(drawn.alerts)} alerts", file=sys.stderr)
        for trial in trials:
            trial.finish()
        rows = [trial.figures() for trial in trials]
    if not wanted.markdown:
        print(json.dumps(rows, indent=1))
        return
    print("| bytes/s | alerts p50 / p95 / worst s | in the outage: after its end s | new tracks p50 / p95 s "
          "| ages p50 / p95 s | sent bytes/s, most in 10 s | bytes a report |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        print(f"| {row['rate']} | {row['alert_p50_s']:.2f} / {row['alert_p95_s']:.2f} / {row['alert_worst_s']:.2f} "
              f"| {row['after_outage_s']:.1f} | {row['track_p50_s']:.2f} / {row['track_p95_s']:.2f} "
              f"| {row['age_p50_s']:.1f} / {row['age_p95_s']:.1f} | {row['bytes_per_s']:.1f}, {row['worst_10_s']:.1f} "
              f"| {row['bytes_per_report']:.1f} |")
    print(f"\n{sum(row['missing'] for row in rows)} of {len(rows) * rows[0]['alerts']} alerts missing; loss as the "
          f"senders learnt it: " + ", ".join(f"{row['loss_learnt']:.2f}" for row in rows)
          + f"; mean of ages' medians {statistics.mean(row['age_p50_s'] for row in rows):.1f} s")


if __name__ == "__main__":
    main()
