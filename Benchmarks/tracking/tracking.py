#!/usr/bin/env python3
"""Compares `arete track` with trackers from PyPI on sequences with ground truth; writes a table.

    tracking.py [--sequences DIR] [--seed N] [--output FILE]

DIR holds folders in the MOTChallenge layout (gt.txt, det.txt, seqinfo.ini). Sequences with a moving camera are drawn
from the seed. See docs/tracking.md.
"""

import argparse
import pathlib
import re
import subprocess

import draw
import references
import score
import sequences

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = HERE.parent / ".cache" / "tracking"
PROGRAM = ROOT / ".build" / "release" / "arete"
COLUMNS = ["MOTA", "IDF1", "HOTA", "DetA", "AssA", "switches", "false", "missed", "tracks"]


def arete(sequence, *options):
    """Rows of tracks for each frame, and what the program said of the camera."""
    output = CACHE / "tracks.txt"
    run = subprocess.run(
        [PROGRAM, "track", sequence.folder / "det.txt", "--rate", str(sequence.rate), "--size",
         f"{sequence.width}x{sequence.height}", "-o", output, *options],
        check=True, capture_output=True, text=True)
    return sequences.rows(output, len(sequence.truth)), run.stderr


def results(sequence):
    """Figures by tracker, and what was said of the camera where there are pictures."""
    trackers = dict(references.PLAIN)
    found = {"arete": arete(sequence)[0]}
    said = ""
    if sequence.pictures:
        found["arete with camera"], said = arete(sequence, "--camera", sequence.folder / "img1")
        trackers |= references.WITH_CAMERA
    for name, track in trackers.items():
        found[name] = track(sequence)
    return {name: score.judged(sequence.truth, tracks) for name, tracks in found.items()}, said


def table(name, figures):
    """Lines of Markdown; the best of each share in bold."""
    lines = []
    for tracker, values in figures.items():
        cells = []
        for column in COLUMNS:
            if column in COLUMNS[:5]:
                text = f"{values[column]:.1f}"
                is_best = text == f"{max(other[column] for other in figures.values()):.1f}"
                cells.append(f"**{text}**" if is_best else text)
            else:
                cells.append(str(values[column]))
        lines.append(f"| {name} | {tracker} | " + " | ".join(cells) + " |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sequences", type=pathlib.Path, help="folder of sequences to judge beside the drawn ones")
    parser.add_argument("--seed", type=int, default=1, help="of the drawn sequences (default 1)")
    parser.add_argument("--output", type=pathlib.Path, default=CACHE / "tracking.md")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    given = sorted(path.parent for path in options.sequences.glob("*/seqinfo.ini")) if options.sequences else []
    drawn = draw.draw(CACHE / f"drawn-{options.seed}", options.seed)
    head = ["| sequence | tracker | " + " | ".join(COLUMNS) + " |", "|---|---" + "|---:" * len(COLUMNS) + "|"]
    lines = ["# Tracking", "", "    make bench-tracking ARGS=\"" + ("--sequences DIR " if given else "")
             + f"--seed {options.seed}\"", "",
             "MOTA, IDF1 (overlap 0.5) by motmetrics 1.4.0, HOTA, DetA, AssA by trackeval 1.3.0; all trackers with",
             "their default settings, frame rate given, Arete with one setting for all."]
    cameras = []
    for title, folders in [("Given sequences", given), (f"Drawn sequences, seed {options.seed}", drawn)]:
        if not folders:
            continue
        lines += ["", f"## {title}", "", *head]
        for folder in folders:
            figures, said = results(sequences.read(folder))
            lines += table(folder.name, figures)
            known = re.search(r"known in (\d+) of (\d+) pictures, ([\d.]+) ms", said)
            if known:
                cameras.append(f"| {folder.name} | " + " | ".join(known.groups()) + " |")
            print("\n".join(table(folder.name, figures)), flush=True)
    lines += ["", "## The camera's motion", "",
              "| sequence | known in | of pictures | ms a picture (640x480, median) |", "|---|---:|---:|---:|",
              *cameras, ""]
    options.output.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
