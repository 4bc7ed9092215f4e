#!/usr/bin/env python3
"""From a frame to its detections at 30 frames a second: Arete's pipeline, OpenCV with LiteRT, ffmpeg with LiteRT.

    camera.py --model MODEL.tflite [--preset FILE] [--arete PROGRAM] [--rounds N] [--seconds S] [--markdown]

All do the same work: YUYV or JPEG frames of 640x480 and 1280x720 that come at their times are brought to the model's
input (stretched, RGB, uint8), and the model is run on one thread. Latency is from the moment a frame is due until its
outputs are there; processor time is that of all processes. They take turns, round after round; medians are told.
The preset is for Arete alone, which turns outputs into boxes too; without one it is that of a post-processed SSD.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import cv2
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
RATE = 30
SHIFTS = 30
SIZES = [(640, 480), (1280, 720)]
SSD = {"task": "detect", "decoder": {"kind": "ssd", "score_threshold": 0.5}}


def drawn(width, height):
    """A picture with structure at all scales, as photographs have, wide enough to be moved over."""
    random = np.random.default_rng(1)
    picture = np.zeros((height, width + SHIFTS * 8, 3), np.float32)
    for cells in (4, 16, 64, 256):
        grid = random.normal(0, 255 / cells**0.5, (cells, cells, 3)).astype(np.float32)
        picture += cv2.resize(grid, (picture.shape[1], height), interpolation=cv2.INTER_LINEAR)
    return np.clip(picture + 128, 0, 255).astype(np.uint8)


def frames(kind, width, height):
    """Frames as their source sends them: one picture, moved by 8 pixels from frame to frame."""
    wide = drawn(width, height)
    for index in range(SHIFTS):
        picture = np.ascontiguousarray(wide[:, index * 8 : index * 8 + width])
        if kind == "MJPG":
            yield cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
            continue
        yuv = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV)
        packed = np.empty((height, width, 2), np.uint8)
        packed[:, :, 0] = yuv[:, :, 0]
        packed[:, 0::2, 1] = yuv[:, 0::2, 1]
        packed[:, 1::2, 1] = yuv[:, 0::2, 2]
        yield packed.tobytes()


class LiteRT:
    def __init__(self, model):
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(model_path=model, num_threads=1)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        self.outputs = [output["index"] for output in self.interpreter.get_output_details()]
        self.height, self.width = self.input["shape"][1:3]

    def run(self, pixels):
        self.interpreter.set_tensor(self.input["index"], pixels[None])
        self.interpreter.invoke()
        return [self.interpreter.get_tensor(index) for index in self.outputs]


def pace(count):
    """The moments at which frames are due, each when it has come."""
    start = time.monotonic() + 0.05
    for index in range(count):
        due = start + index / RATE
        left = due - time.monotonic()
        if left > 0:
            time.sleep(left)
        yield index, due


def processor_seconds():
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


def opencv(model, kind, width, height, count):
    cv2.setNumThreads(1)
    sent = list(frames(kind, width, height))
    network = LiteRT(model)
    latencies = []
    before = processor_seconds()
    for index, due in pace(count):
        data = np.frombuffer(sent[index % SHIFTS], np.uint8)
        arrived = max(due, time.monotonic())
        if kind == "MJPG":
            picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
        else:
            picture = cv2.cvtColor(data.reshape(height, width, 2), cv2.COLOR_YUV2BGR_YUYV)
        small = cv2.resize(picture, (network.width, network.height), interpolation=cv2.INTER_LINEAR)
        network.run(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))
        latencies.append(time.monotonic() - arrived)
    return latencies, processor_seconds() - before


def ffmpeg(model, kind, width, height, count):
    network = LiteRT(model)
    source = ["-f", "mjpeg"] if kind == "MJPG" else ["-f", "rawvideo", "-pix_fmt", "yuyv422", "-video_size", f"{width}x{height}"]
    command = ["ffmpeg", "-loglevel", "error", "-flags", "low_delay", "-probesize", "32"]
    command += ["-threads", "1", "-framerate", str(RATE), *source, "-i", "pipe:0", "-threads", "1", "-vf"]
    command += [f"scale={network.width}:{network.height}:flags=bilinear", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"]
    sent = list(frames(kind, width, height))
    before = processor_seconds()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    arrived = []

    def feed():
        for index, due in pace(count):
            arrived.append(max(due, time.monotonic()))
            process.stdin.write(sent[index % SHIFTS])
        process.stdin.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    latencies = []
    size = network.width * network.height * 3
    for index in range(count):
        pixels = b""
        while len(pixels) < size:
            part = process.stdout.read(size - len(pixels))
            if not part:
                raise SystemExit(f"ffmpeg ended after {index} of {count} frames")
            pixels += part
        network.run(np.frombuffer(pixels, np.uint8).reshape(network.height, network.width, 3))
        latencies.append(time.monotonic() - arrived[index])
    feeder.join()
    process.wait()
    return latencies, processor_seconds() - before


def peer(arguments):
    """One run of a peer in a process of its own, told as JSON."""
    run = {"opencv": opencv, "ffmpeg": ffmpeg}[arguments.peer]
    width, height = map(int, arguments.size.split("x"))
    latencies, seconds = run(arguments.model, arguments.kind, width, height, arguments.count)
    latencies = sorted(latencies[5:])
    shares = {name: latencies[min(len(latencies) - 1, int(share * len(latencies)))] * 1e3 for name, share in SHARES}
    print(json.dumps({**shares, "cpu": seconds / (arguments.count / RATE)}))


SHARES = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]


def arete(program, model, preset, kind, width, height, count, folder):
    path = folder / f"{kind}-{width}"
    if not path.exists():
        sent = list(frames(kind, width, height))
        path.write_bytes(b"".join(sent[index % SHIFTS] for index in range(count)))
    source = {"name": "camera", "path": str(path), "rate": RATE, "frames": "every", "watch": False}
    source |= {"type": "mjpeg"} if kind == "MJPG" else {"type": "raw", "format": "YUYV", "width": width, "height": height}
    pipeline = folder / "pipeline.json"
    model = {"file": str(model), "preset": str(preset), "threads": 1}
    pipeline.write_text(json.dumps({"sources": [source], "model": model}))
    process = subprocess.Popen([program, "run", str(pipeline), "--json"], stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{program} run failed")
    figures = json.loads(output)["sources"][0]
    if figures["results"] != count:
        print(f"{figures['results']} of {count} frames looked at", file=sys.stderr)
    total = figures["latency_ms"]["total"]
    return {**{name: total[name] for name, _ in SHARES}, "cpu": (usage.ru_utime + usage.ru_stime) / (count / RATE)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--preset")
    parser.add_argument("--arete", default=str(HERE.parent.parent / ".build" / "release" / "arete"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--kind", help=argparse.SUPPRESS)
    parser.add_argument("--size", help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        return peer(arguments)
    count = int(arguments.seconds * RATE)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        preset = pathlib.Path(arguments.preset).resolve() if arguments.preset else folder / "ssd.json"
        if not arguments.preset:
            preset.write_text(json.dumps(SSD))
        model = pathlib.Path(arguments.model).resolve()
        for turn in range(arguments.rounds):
            for kind in ("YUYV", "MJPG"):
                for width, height in SIZES:
                    case = f"{kind} {width}x{height}"
                    found = arete(arguments.arete, model, preset, kind, width, height, count, folder)
                    results.setdefault((case, "Arete"), []).append(found)
                    for name in ("opencv", "ffmpeg"):
                        words = ["--model", str(model), "--peer", name, "--kind", kind, "--size", f"{width}x{height}"]
                        command = [sys.executable, __file__, *words, "--count", str(count)]
                        told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
                        found = json.loads(told.stdout.splitlines()[-1])
                        results.setdefault((case, f"{name} + LiteRT"), []).append(found)
            print(f"round {turn + 1} of {arguments.rounds}", file=sys.stderr)
    print("| frames | by | p50 ms | p90 ms | p99 ms | processor |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (case, name), runs in results.items():
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        times = " | ".join(f"{middle[key]:.1f}" for key, _ in SHARES)
        print(f"| {case} | {name} | {times} | {middle['cpu'] * 100:.0f} % |")


if __name__ == "__main__":
    main()
