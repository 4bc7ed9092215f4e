#!/usr/bin/env python3
"""A pipeline of failing cameras for an hour: does it grow, slow down or leave anything open?

    soak.py [--seconds 3600] [--arete PROGRAM] [--model FILE] [--folder DIR]

Two drawn cameras of 640x480, one that sends JPEG and one that sends YUYV, at 30 frames a second each, go through one
model, tracker, and file of results. Every 20 seconds one of them fails: frames cut off, dropped, dark, frozen, or none
for two seconds. Memory, open files and the latencies of each tenth of the time come from the pipeline's own metrics.
Memory is the least of each tenth: what is under way when somebody looks comes and goes. Status 1 where the last
tenth's is more than 1 MB above the third's, a file stays open, or frames went missing unexplained.
"""

import argparse
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATE = 30
FAULTS = {"cut": 3, "drop": 5, "dark": 5 * RATE, "frozen": 5 * RATE, "stall": 2 * RATE}
EVERY = 20 * RATE
ALLOWED_GROWTH = 1 << 20


def faults(frames, shift):
    """A fault of each kind in turn, as long as it lasts."""
    kinds = list(FAULTS)
    return [
        {"kind": kinds[index % len(kinds)], "first": first, "last": first + FAULTS[kinds[index % len(kinds)]] - 1}
        for index, first in enumerate(range(EVERY + shift, frames, EVERY))
    ]


def pipeline(model, seconds, port):
    frames = int(seconds * RATE)
    cameras = [("belt", "MJPG", 1), ("yard", "YUYV", 2)]
    sources = [
        {
            "name": name, "type": "synthetic", "format": form, "width": 640, "height": 480, "rate": RATE, "seed": seed,
            "objects": 6, "count": frames, "faults": faults(frames, seed * EVERY // 3), "watch": {},
        }
        for name, form, seed in cameras
    ]  # fmt: skip
    return {
        "sources": sources,
        "model": {"file": str(model)},
        "tracker": {},
        "sinks": [{"type": "lines", "file": "results.jsonl", "max_megabytes": 1}],
        "metrics": {"port": port},
    }


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def read(port):
    """Every figure by its name and labels; `None` while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
    except OSError:
        return None
    found = re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def percentile(before, after, share, stage="total"):
    """Milliseconds of all sources together, from the buckets that filled up in between."""
    buckets = {}
    for name, value in after.items():
        place = re.fullmatch(r'arete_stage_seconds_bucket\{.*stage="(\w+)",le="(.+)"\}', name)
        if place and place[1] == stage:
            end = float(place[2])
            buckets[end] = buckets.get(end, 0) + value - before.get(name, 0)
    wanted = share * buckets[float("inf")]
    last_end, last_count = 0.0, 0.0
    for end in sorted(buckets):
        if buckets[end] >= wanted:
            within = max(buckets[end] - last_count, 1e-9)
            return 1e3 * (last_end + (min(end, 60) - last_end) * (wanted - last_count) / within)
        last_end, last_count = end, buckets[end]
    return float("nan")


def sources_sum(figures, name):
    return sum(value for key, value in figures.items() if key.startswith(f"arete_{name}_total{{"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--arete", type=pathlib.Path, default=ROOT / ".build/release/arete")
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "Models/pcb-defect/model.onnx")
    parser.add_argument("--folder", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sys.exit(soak(options, folder))


def soak(options, folder):
    port = free_port()
    file = folder / "soak.json"
    file.write_text(json.dumps(pipeline(options.model.resolve(), options.seconds, port), indent=1))
    run = subprocess.Popen([options.arete, "run", file], stdout=subprocess.DEVNULL, stderr=(folder / "log").open("w"))
    begun = time.monotonic()
    levels = []
    try:
        while run.poll() is None:
            figures = read(port)
            if figures:
                levels.append((time.monotonic() - begun, figures))
                print(line(levels[0][1], *levels[-1]), flush=True)
            time.sleep(max(1, options.seconds / 100))
    except KeyboardInterrupt:
        pass
    finally:
        if run.poll() is None:
            run.send_signal(signal.SIGTERM)
        status = run.wait()
    return report(levels, status, folder)


def line(first, seconds, figures):
    return (
        f"{seconds:6.0f} s  {figures['process_resident_memory_bytes'] / 1e6:6.2f} MB  "
        f"{figures['process_open_fds']:.0f} files  {sources_sum(figures, 'results'):.0f} results  "
        f"p50 {percentile(first, figures, 0.5):.1f} ms"
    )


def report(levels, status, folder):
    if status != 0 or len(levels) < 20:
        print((folder / "log").read_text()[-2000:], file=sys.stderr)
        print(f"soak: the pipeline ended with status {status} after {len(levels)} looks", file=sys.stderr)
        return 1
    tenths = [levels[index * len(levels) // 10 : (index + 1) * len(levels) // 10 + 1] for index in range(10)]
    least = [min(figures["process_resident_memory_bytes"] for _, figures in tenth) for tenth in tenths]
    print("\n| minutes | memory MB | files | results/s | p50 ms | p99 ms |")
    print("|---|---|---|---|---|---|")
    for memory, tenth in zip(least, tenths):
        (begin, before), (end, after) = tenth[0], tenth[-1]
        rate = (sources_sum(after, "results") - sources_sum(before, "results")) / (end - begin)
        print(
            f"| {begin / 60:.0f}-{end / 60:.0f} | {memory / 1e6:.2f} | {after['process_open_fds']:.0f} "
            f"| {rate:.1f} | {percentile(before, after, 0.5):.1f} | {percentile(before, after, 0.99):.1f} |"
        )
    last = levels[-1][1]
    growth = least[9] - least[2]
    files = last["process_open_fds"] - tenths[2][0][1]["process_open_fds"]
    counts = {
        name: sources_sum(last, name)
        for name in ("frames", "frames_lost", "frames_damaged", "frames_unreadable", "frames_skipped", "results")
    }
    print(", ".join(f"{value:.0f} {name.replace('_', ' ')}" for name, value in counts.items()))
    print(f"memory {growth / 1e3:+.0f} kB and files {files:+.0f} since the third tenth")
    # What comes out is what came in, but for raw frames that were cut off, what was skipped and the few that are under way.
    missing = counts["frames"] - counts["frames_unreadable"] - counts["frames_skipped"] - counts["results"]
    sound = growth <= ALLOWED_GROWTH and files == 0 and abs(missing) <= 8
    if not sound:
        print(f"soak: it grew, or {missing:.0f} frames are missing", file=sys.stderr)
    return 0 if sound else 1


if __name__ == "__main__":
    main()
