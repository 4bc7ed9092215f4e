#!/usr/bin/env python3
"""Time models with arete and with LiteRT or ONNX Runtime, in turns, and print a table.

    peers.py [--arete PATH] [--threads N] [--rounds N] MODEL...

A .tflite model is compared with LiteRT as it comes (XNNPACK), an .onnx model with ONNX Runtime and all its optimisations.
Needs numpy, and ai-edge-litert or onnxruntime.
"""
import argparse
import json
import statistics
import subprocess
import time

import numpy as np

SLICE_SECONDS = 0.5


def sample(shape, dtype):
    rng = np.random.default_rng(1)
    if np.issubdtype(dtype, np.floating):
        return rng.random(shape, dtype=np.float32).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)


class LiteRT:
    name = "LiteRT"

    def __init__(self, path, threads):
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(model_path=path, num_threads=threads)
        self.interpreter.allocate_tensors()
        for detail in self.interpreter.get_input_details():
            self.interpreter.set_tensor(detail["index"], sample(detail["shape"], detail["dtype"]))

    def run(self):
        self.interpreter.invoke()


class ONNXRuntime:
    name = "ONNX Runtime"
    dtypes = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(int8)": np.int8, "tensor(int64)": np.int64}

    def __init__(self, path, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.feed = {}
        for value in self.session.get_inputs():
            shape = [size if isinstance(size, int) else 1 for size in value.shape]
            self.feed[value.name] = sample(shape, self.dtypes[value.type])

    def run(self):
        self.session.run(None, self.feed)


def peer_slice(peer):
    peer.run()
    times = []
    end = time.perf_counter() + SLICE_SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        peer.run()
        times.append((time.perf_counter() - start) * 1e3)
    return float(np.percentile(times, 10))


def arete_slice(arete, path, threads):
    command = [arete, "bench", path, "--json", "--seconds", str(SLICE_SECONDS), "--threads", str(threads)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(result.stdout)["p10_ms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arete", default=".build/release/arete")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    print("| model | peer | peer ms | arete ms | arete / peer |")
    print("| --- | --- | --- | --- | --- |")
    for path in options.models:
        peer = (LiteRT if path.endswith(".tflite") else ONNXRuntime)(path, options.threads)
        ours, theirs = [], []
        for _ in range(options.rounds):
            ours.append(arete_slice(options.arete, path, options.threads))
            theirs.append(peer_slice(peer))
        mine, other = statistics.median(ours), statistics.median(theirs)
        print(f"| {path} | {peer.name} | {other:.2f} | {mine:.2f} | {mine / other:.2f} |", flush=True)


if __name__ == "__main__":
    main()
