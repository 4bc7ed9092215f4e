"""One other runtime with one model in a process of its own: loads it when told, measures a slice when told.

    runtimes.py NAME MODEL THREADS default|f32 INPUT.npy...

Speaks lines of JSON. Says {"version": ...} once its library is imported; then a line "load" is answered with what it
took to the first result, and a line "SECONDS" or "SECONDS FPS" with the times of the runs, as `arete bench --slices`
does.
"""

import ctypes
import gc
import json
import math
import os
import sys
import time

import numpy as np


class LiteRT:
    """As it comes: XNNPACK takes the operators that it knows."""

    def __init__(self):
        import ai_edge_litert
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter_type = Interpreter
        self.version = "LiteRT " + ai_edge_litert.__version__

    def load(self, path, threads, inputs, precision):
        self.interpreter = self.interpreter_type(model_path=path, num_threads=threads)
        details = self.interpreter.get_input_details()
        for detail, value in zip(details, inputs):
            if list(detail["shape"]) != list(value.shape):
                self.interpreter.resize_tensor_input(detail["index"], value.shape)
        self.interpreter.allocate_tensors()
        for detail, value in zip(details, inputs):
            self.interpreter.set_tensor(detail["index"], value)
        # Without the wrapper's checks for arrays that still look into the interpreter.
        self.run = self.interpreter._interpreter.Invoke


class ONNXRuntime:
    """As it comes, with all its graph optimizations; inputs and outputs bound once."""

    def __init__(self):
        import onnxruntime

        self.onnxruntime = onnxruntime
        self.version = "ONNX Runtime " + onnxruntime.__version__

    def load(self, path, threads, inputs, precision):
        options = self.onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = self.onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        binding = session.io_binding()
        for value, array in zip(session.get_inputs(), inputs):
            binding.bind_cpu_input(value.name, array)
        for value in session.get_outputs():
            binding.bind_output(value.name)
        self.keep = session, binding, inputs
        self.run = lambda: session._sess.run_with_iobinding(binding._iobinding, None)


class OpenVINO:
    """One stream, latency first; float models in float32: its default is bfloat16 where the processor has that."""

    def __init__(self):
        import openvino

        self.openvino = openvino
        self.version = "OpenVINO " + openvino.__version__.split("-")[0]

    def load(self, path, threads, inputs, precision):
        core = self.openvino.Core()
        model = core.read_model(path)
        if any(port.get_partial_shape().is_dynamic for port in model.inputs):
            model.reshape({port: list(value.shape) for port, value in zip(model.inputs, inputs)})
        settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
        if precision == "f32":
            settings["INFERENCE_PRECISION_HINT"] = "f32"
        compiled = core.compile_model(model, "CPU", settings)
        request = compiled.create_infer_request()
        for index, value in enumerate(inputs):
            request.set_input_tensor(index, self.openvino.Tensor(value))
        self.keep = core, compiled, request, inputs
        bare = super(type(request), request)
        self.run = lambda: bare.infer({}, True, False)


RUNTIMES = {"litert": LiteRT, "onnxruntime": ONNXRuntime, "openvino": OpenVINO}


def proportional_bytes():
    with open("/proc/self/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def runs_worth_timing(run):
    """How many runs take 0.1 ms, a hundred times what reading the clocks takes."""
    least = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - begin)
    return max(1, math.ceil(1e-4 / max(least, 1e-7)))


def measure(run, seconds, rate):
    wall, processor = [], []
    batch = 1
    if rate is None:
        run()
        batch = runs_worth_timing(run)
    repeats = [None] * batch
    begin, used = time.perf_counter(), time.process_time()
    while True:
        if rate is not None:
            time.sleep(max(0, begin + len(wall) / rate - time.perf_counter()))
        p0 = time.process_time_ns()
        w0 = time.perf_counter_ns()
        for _ in repeats:
            run()
        w1 = time.perf_counter_ns()
        p1 = time.process_time_ns()
        wall.append((w1 - w0) / 1e6 / batch)
        processor.append((p1 - p0) / 1e6 / batch)
        if time.perf_counter() >= begin + seconds:
            break
    used = time.process_time() - used
    return {"batch": batch, "wall_ms": wall, "cpu_ms": processor, "process_cpu_ms": used * 1e3}


def main():
    name, path, threads, precision, *files = sys.argv[1:]
    # What a library prints must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if "ARETE_CPUID_LIBRARY" in os.environ:
        ctypes.CDLL(os.environ["ARETE_CPUID_LIBRARY"])
    runtime = RUNTIMES[name]()
    inputs = [np.ascontiguousarray(np.load(file)) for file in files]
    gc.disable()
    print(json.dumps({"version": runtime.version}), file=answers)
    for line in sys.stdin:
        words = line.split()
        if words == ["load"]:
            before = proportional_bytes()
            used, begin = time.process_time(), time.perf_counter()
            try:
                runtime.load(path, int(threads), inputs, precision)
                runtime.run()
            except Exception as error:
                reason = " ".join(str(error).split())
                print(json.dumps({"error": reason[:300]}), file=answers)
                return
            first, first_cpu = time.perf_counter() - begin, time.process_time() - used
            answer = {
                "first_ms": first * 1e3,
                "first_cpu_ms": first_cpu * 1e3,
                "added_bytes": proportional_bytes() - before,
            }
        else:
            answer = measure(runtime.run, float(words[0]), float(words[1]) if len(words) > 1 else None)
        print(json.dumps(answer), file=answers)


if __name__ == "__main__":
    main()
