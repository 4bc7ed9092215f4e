#!/usr/bin/env python3
"""How well `arete run` found the people of the drawn flight.

    score.py TRUTH RESULTS [--iou 0.3]

TRUTH is truth.json of SampleFlight, RESULTS the file of a `lines` sink with `"what": "all"` and a tracker. Somebody
counts as in view when at least half of them is inside the picture; what is found of those who are less in view is
neither right nor wrong. With places in the results, their errors over the ground are told too.
"""

import argparse
import json
import math
import statistics
from collections import defaultdict


def overlap(a, b):
    """Intersection over union of two boxes: left, top, width, height."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (a[2] * a[3] + b[2] * b[3] - width * height)


def pairs(found, true, least):
    """Indices of each that belong together, the best first."""
    ranked = sorted(((overlap(f, t), i, k) for i, f in enumerate(found) for k, t in enumerate(true)), reverse=True)
    taken, used = {}, set()
    for share, i, k in ranked:
        if share >= least and i not in taken and k not in used:
            taken[i] = k
            used.add(k)
    return taken


def metres(one, other):
    north = (one["latitude"] - other["latitude"]) * 111_000
    east = (one["longitude"] - other["longitude"]) * 111_320 * math.cos(math.radians(other["latitude"]))
    return math.hypot(north, east)


class Score:
    def __init__(self, truth, lines, least):
        self.names = {person["person"]: person["name"] for person in truth["people"]}
        self.right = self.wrong = 0
        self.seen, self.found, self.ids, self.errors = (defaultdict(int), defaultdict(int), defaultdict(list), [])
        self.false_ids = set()
        self.frames = 0
        for line in lines:
            if "event" in line or "notice" in line or line["frame"] >= len(truth["frames"]):
                continue
            self.frames += 1
            self.judge(truth["frames"][line["frame"]]["people"], line["tracks"], least)

    def judge(self, people, tracks, least):
        people = [person for person in people if "box" in person]
        boxes = [[track["box"][side] for side in ("x", "y", "width", "height")] for track in tracks]
        taken = pairs(boxes, [person["box"] for person in people], least)
        for k, person in enumerate(people):
            if person["inside"] >= 0.5:
                self.seen[person["person"]] += 1
                self.found[person["person"]] += k in taken.values()
        for i, track in enumerate(tracks):
            if i not in taken:
                self.wrong += 1
                self.false_ids.add(track["id"])
                continue
            person = people[taken[i]]
            self.right += person["inside"] >= 0.5
            if track["id"] not in self.ids[person["person"]]:
                self.ids[person["person"]].append(track["id"])
            if "position" in track:
                self.errors.append(metres(track["position"], person))

    def show(self):
        seen, found = sum(self.seen.values()), sum(self.found.values())
        told = self.right + self.wrong
        print(f"frames {self.frames}, people in view {seen}")
        print(f"recall {found / max(seen, 1):.3f}, precision {self.right / max(told, 1):.3f} ({self.wrong} wrong)")
        for number, name in sorted(self.names.items()):
            ids = len(self.ids[number])
            print(f"  {name}: {self.found[number]} of {self.seen[number]} frames, {ids} track ids")
        theirs = {one for ids in self.ids.values() for one in ids}
        print(f"track ids of nobody: {len(self.false_ids - theirs)}")
        if self.errors:
            ordered = sorted(self.errors)
            last = ordered[int(0.9 * (len(ordered) - 1))]
            print(f"places: median {statistics.median(ordered):.2f} m, 90 % {last:.2f} m")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth")
    parser.add_argument("results")
    parser.add_argument("--iou", type=float, default=0.3)
    options = parser.parse_args()
    with open(options.truth, encoding="utf-8") as truth, open(options.results, encoding="utf-8") as results:
        Score(json.load(truth), map(json.loads, results), options.iou).show()


main()
