#!/usr/bin/env python3
"""Times Arete and LiteRT, ONNX Runtime, OpenVINO, taking turns in one run; writes a table of ratios and a JSON file.

    peers.py [--threads 1,2] [--models NAME,NAME] [--isa avx2] [--quick] [--peers-only] [--output NAME]

See docs/benchmarks.md for what is measured and how.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import sys
import time

import engines
import models
import modelset
import tables

HERE = pathlib.Path(__file__).resolve().parent
# A slice next to a tile rate below this share of the run's best was disturbed and is left out.
STEADY = 0.95
# In which threads of the engine before go to sleep.
PAUSE_SECONDS = 0.02


def percentile(values, share):
    """The value that a share of the sorted values does not exceed (nearest rank), as `arete bench` has it."""
    values = sorted(values)
    return values[min(len(values) - 1, max(0, -int(-share * len(values) // 1) - 1))]


class Measurement:
    """All slices of one model with one number of threads."""

    def __init__(self, model, threads):
        self.model = model
        self.threads = threads
        self.slices = {}
        self.starts = {}
        self.paced = {}
        self.errors = {}
        self.peaks = []
        self.tiles = []
        self.macs = model.macs

    def run(self, machine, names, options):
        """One pass: fresh processes, then rounds of slices in turn."""
        inputs = self.model.inputs()
        running = {}
        for name in names:
            if name in self.errors:
                continue
            try:
                running[name], start = machine.start(name, self.model, inputs, self.threads)
                self.macs = self.macs or start.get("macs")
            except engines.EngineError as error:
                self.errors[name] = str(error)
        try:
            for engine in running.values():
                engine.slice(options.slice / 2)
                if self.threads > 1:
                    engine.spread(machine.cpus[: self.threads])
            self.rounds(running, options)
        finally:
            for engine in running.values():
                engine.close()

    def rounds(self, running, options):
        order = list(running)
        for turn in range(options.rounds):
            before = self.probe(running)
            for name in order[turn % len(order) :] + order[: turn % len(order)]:
                time.sleep(PAUSE_SECONDS)
                try:
                    result = running[name].slice(options.slice)
                except engines.EngineError as error:
                    self.errors[name] = str(error)
                    self.slices.pop(name, None)
                    order = [other for other in order if other != name]
                    continue
                after = self.probe(running)
                result["tile"] = min(before, after) if before and after else None
                self.slices.setdefault(name, []).append(result)
                before = after
        if options.frame_rate:
            for name in order:
                result = running[name].slice(options.paced_seconds, options.frame_rate)
                used = result["process_cpu_ms"] / len(result["wall_ms"])
                self.paced.setdefault(name, []).append(used)

    def probe(self, running):
        """The tile rate of the core at this moment, where the program can tell it."""
        if "arete" not in running or "arete" in self.errors:
            return None
        answer = running["arete"].ask("peak")
        self.peaks.append(answer["peak_gmacs_per_s"])
        self.tiles.append(answer["tile_gmacs_per_s"])
        return answer["tile_gmacs_per_s"]

    def measure_starts(self, machine, names, count):
        """From the file to the first result, in fresh processes; Arete with its cache of weights empty, then full."""
        inputs = self.model.inputs()
        for name in names:
            if name in self.errors:
                continue
            for state in ("cold", "warm") if name == "arete" else ("cold",):
                for _ in range(count):
                    if name == "arete" and state == "cold":
                        machine.forget()
                    try:
                        engine, start = machine.start(name, self.model, inputs, self.threads)
                    except engines.EngineError as error:
                        self.errors[name] = str(error)
                        break
                    engine.close()
                    self.starts.setdefault(name if state == "cold" else name + " warm", []).append(start)
                if name == "arete" and not machine.has_cache:
                    break

    def figures(self, name):
        """What the slices of one engine say, in milliseconds; `None` where it has none."""
        slices = self.slices.get(name)
        if not slices:
            return None
        best = max(self.tiles, default=0)
        steady = [entry for entry in slices if entry["tile"] is None or entry["tile"] >= STEADY * best]
        kept = steady or slices
        wall = [time for entry in kept for time in entry["wall_ms"]]
        cpu = [time for entry in kept for time in entry["cpu_ms"]]
        return {
            "cpu_p10_ms": percentile(cpu, 0.1),
            "cpu_p50_ms": percentile(cpu, 0.5),
            "wall_min_ms": min(wall),
            "wall_p10_ms": percentile(wall, 0.1),
            "wall_p50_ms": percentile(wall, 0.5),
            "wall_p99_ms": percentile(wall, 0.99),
            "runs": len(wall),
            "slices": len(slices),
            "slices_kept": len(steady),
            "noisy": not steady,
            "p10_by_slice_ms": [round(percentile(entry["cpu_ms"], 0.1), 4) for entry in kept],
        }

    def report(self):
        names = ["arete", *self.model.engines]
        starts = {
            name: {
                key: statistics.median(start[key] for start in list_)
                for key in ("first_ms", "first_cpu_ms", "added_bytes")
            }
            for name, list_ in self.starts.items()
        }
        return {
            "model": self.model.name,
            "threads": self.threads,
            "float": self.model.is_float,
            "macs": self.macs,
            "ratios": self.model.ratios,
            "peak_shares": modelset.PEAK_SHARES.get(self.model.name),
            "peak_gmacs_per_s": max(self.peaks, default=None),
            "engines": {name: figures for name in names if (figures := self.figures(name))},
            "starts": starts,
            "paced_cpu_ms": {name: min(values) for name, values in self.paced.items()},
            "errors": self.errors,
            "float_twin": modelset.FLOAT_TWINS.get(self.model.name),
        }


def processor_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def write(measurements, skipped, machine, options):
    """Both files, as far as the run has come: a run that is stopped leaves what it measured."""
    document = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "processor": processor_name(),
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "load_average": os.getloadavg(),
        "isa": options.isa,
        "versions": machine.versions,
        "passes": options.passes,
        "rounds": options.rounds,
        "slice_seconds": options.slice,
        "frame_rate": options.frame_rate,
        "skipped": skipped,
        "models": [entry.report() for entry in measurements],
    }
    target = pathlib.Path(options.output)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
    target.with_suffix(".md").write_text(tables.markdown(document) + "\n")
    return target


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", default="1,2", help="numbers of threads (default 1,2)")
    parser.add_argument("--models", default="", help="parts of names, separated by commas (default: all)")
    parser.add_argument(
        "--isa", help="instruction set of Arete's kernels; the peers are limited to it where they can be"
    )
    parser.add_argument("--quick", action="store_true", help="one short pass: figures to work with, not to publish")
    parser.add_argument("--peers-only", action="store_true", help="leave Arete out")
    parser.add_argument("--no-starts", action="store_true", help="do not measure load to first result")
    parser.add_argument("--starts-only", action="store_true", help="measure nothing but load to first result and memory")
    parser.add_argument("--frame-rate", type=float, help="also measure processor time at so many frames a second")
    parser.add_argument("--passes", type=int, help="times that the whole list is gone through (default 3)")
    parser.add_argument("--rounds", type=int, help="slices of each engine and model in a pass (default 10)")
    parser.add_argument("--slice", type=float, help="seconds of a slice (default 0.25)")
    parser.add_argument("--cpus", help="processors, the first for one thread (default: the last ones)")
    parser.add_argument("--arete", default=str(HERE.parent / ".build" / "release" / "arete"))
    parser.add_argument(
        "--output", help="files without their suffix (default: results/peers, a part of the job: .cache/peers)"
    )
    options = parser.parse_args()
    passes, rounds, slice_ = (1, 5, 0.1) if options.quick else (3, 10, 0.25)
    options.passes = options.passes or passes
    options.rounds = options.rounds or rounds
    options.slice = options.slice or slice_
    options.starts = 0 if options.no_starts else (1 if options.quick else 3)
    options.paced_seconds = 1.0 if options.quick else 3.0
    if options.starts_only:
        if options.no_starts:
            parser.error("--starts-only contradicts --no-starts")
        # Starts are measured on one thread, in one pass.
        options.threads, options.passes = "1", 1
    whole = not (options.quick or options.models or options.peers_only or options.starts_only)
    name = "peers" + (f"-{options.isa}" if options.isa else "")
    options.output = options.output or str(HERE / ("results" if whole else ".cache") / name)
    options.threads = [int(word) for word in options.threads.split(",")]
    return options


def main():
    options = arguments()
    if not options.peers_only and not os.access(options.arete, os.X_OK):
        sys.exit(f"peers.py: {options.arete} is not there: make build, or --peers-only")
    skipped = models.build()
    found = modelset.find([word for word in options.models.split(",") if word], skipped)
    if not found:
        sys.exit(f"peers.py: no model's name contains any of '{options.models}'")
    available = sorted(os.sched_getaffinity(0))
    cpus = [int(word) for word in options.cpus.split(",")] if options.cpus else available[::-1]
    if max(options.threads) > len(cpus):
        sys.exit(f"peers.py: {max(options.threads)} threads on {len(cpus)} processors")
    machine = engines.Machine(options.arete, cpus, options.isa)
    measurements = [Measurement(model, threads) for threads in options.threads for model in found]
    try:
        for number in range(options.passes):
            for entry in measurements:
                ours = [] if options.peers_only else ["arete"]
                names = ours + entry.model.engines
                print(f"pass {number + 1}: {entry.model.name}, {entry.threads} threads", file=sys.stderr, flush=True)
                if options.starts and entry.threads == 1:
                    entry.measure_starts(machine, names, options.starts)
                if not options.starts_only:
                    entry.run(machine, names, options)
                write(measurements, skipped, machine, options)
    except KeyboardInterrupt:
        print("stopped; what was measured is kept", file=sys.stderr)
    finally:
        machine.close()
    target = write(measurements, skipped, machine, options)
    print(target.with_suffix(".md").read_text())


if __name__ == "__main__":
    main()
