#!/usr/bin/env python3
"""Compare made-up TFLite models of one operator each between LiteRT and `arete infer --exact`, bit for bit.

    made_models.py --arete PATH [--seed N] [--keep DIR] [NAME...]

The models cover the operators, attributes and types of made_cases.py; NAME narrows them to those whose label contains it. Inputs
are random. LiteRT runs its reference kernels, or its built-in ones for operators that lack a reference. Floats count
as equal within 1e-5. --keep leaves models and inputs whose results differ in DIR.

Needs Python 3.9+, numpy, flatbuffers and ai-edge-litert. Exit status 1 when anything that LiteRT runs differs or does not run.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from made_cases import all_cases

TYPES = {"float32": 0, "float16": 1, "int32": 2, "uint8": 3, "int64": 4, "bool": 6, "int16": 7, "int8": 9}
RESOLVERS = (OpResolverType.BUILTIN_REF, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)


def tensor_table(tensor, index, buffers):
    table = schema.TensorT()
    table.shape, table.type, table.name = list(tensor.shape), TYPES[tensor.kind.name], f"t{index}"
    table.isVariable, table.hasRank, table.buffer = tensor.is_variable, True, 0
    if tensor.data is not None:
        content = schema.BufferT()
        content.data = np.frombuffer(tensor.data.tobytes(), dtype=np.uint8)
        table.buffer = len(buffers)
        buffers.append(content)
    if tensor.quantization is not None:
        scales, zeros = tensor.quantization
        table.quantization = schema.QuantizationParametersT()
        table.quantization.scale = np.atleast_1d(np.asarray(scales, np.float32))
        table.quantization.zeroPoint = np.atleast_1d(np.asarray(zeros, np.int64))
        table.quantization.quantizedDimension = tensor.axis
    return table


def model_of(case):
    """The bytes of a model of one operator, and its open inputs."""
    inputs = [tensor for tensor in case.inputs if tensor is not None]
    tensors = inputs + list(case.outputs)
    numbers = iter(range(len(inputs)))
    buffers = [schema.BufferT()]

    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, case.operator)
    code.deprecatedBuiltinCode, code.version = min(code.builtinCode, 127), case.version
    operator = schema.OperatorT()
    operator.opcodeIndex = 0
    operator.inputs = [-1 if tensor is None else next(numbers) for tensor in case.inputs]
    operator.outputs = list(range(len(inputs), len(tensors)))
    if case.options is not None:
        kind, fields = case.options
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        operator.builtinOptions = getattr(schema, kind + "T")()
        for name, value in fields.items():
            setattr(operator.builtinOptions, name, value)

    graph = schema.SubGraphT()
    graph.name, graph.operators, graph.outputs = "main", [operator], operator.outputs
    graph.tensors = [tensor_table(tensor, index, buffers) for index, tensor in enumerate(tensors)]
    graph.inputs = [i for i, tensor in enumerate(inputs) if tensor.data is None and not tensor.is_variable]
    model = schema.ModelT()
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], buffers
    builder = flatbuffers.Builder(4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output()), [inputs[i] for i in graph.inputs]


def random_value(tensor, generator):
    if tensor.kind == np.bool_:
        return generator.integers(0, 2, tensor.shape).astype(bool)
    if tensor.kind.kind == "f":
        low, high = (-4, 4) if tensor.limits is None else tensor.limits
        return generator.uniform(low, high, tensor.shape).astype(tensor.kind)
    whole = np.iinfo(tensor.kind)
    low, high = tensor.limits or ((whole.min, whole.max) if tensor.kind.itemsize < 4 else (-20, 20))
    return generator.integers(low, high, tensor.shape, endpoint=True).astype(tensor.kind)


def reference(path, values):
    """The outputs of LiteRT, or its reason not to give any."""
    reason = ""
    for resolver in RESOLVERS:
        try:
            engine = Interpreter(model_path=path, experimental_op_resolver_type=resolver, num_threads=1)
            engine.allocate_tensors()
            for detail, value in zip(engine.get_input_details(), values):
                engine.set_tensor(detail["index"], value)
            engine.invoke()
            return [engine.get_tensor(detail["index"]) for detail in engine.get_output_details()], ""
        except (RuntimeError, ValueError) as error:
            reason = str(error).replace("\n", " ")
    return None, reason


def ours(arete, path, values, folder):
    names = []
    for index, value in enumerate(values):
        names.append(os.path.join(folder, f"in{index}.npy"))
        np.save(names[-1], value)
    command = [arete, "infer", path] + (["--inputs"] + names if names else []) + ["--output-dir", folder, "--exact"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if result.returncode != 0:
        return None, result.stderr.strip().replace(path, "model")
    found = []
    while os.path.exists(os.path.join(folder, f"out{len(found)}.npy")):
        found.append(np.load(os.path.join(folder, f"out{len(found)}.npy")))
    return found, ""


def difference(found, wanted):
    """What is wrong with `found`, empty when nothing is."""
    if len(found) != len(wanted):
        return f"{len(found)} outputs, not {len(wanted)}"
    for got, want in zip(found, wanted):
        if got.shape != want.shape or got.dtype != want.dtype:
            return f"{got.dtype}{got.shape}, not {want.dtype}{want.shape}"
        if got.dtype.kind == "f":
            if not np.allclose(got, want, 1e-5, 1e-5, equal_nan=True):
                return f"largest difference {np.nanmax(np.abs(got - want)):.3g}"
        elif not np.array_equal(got, want):
            steps = np.abs(got.astype(np.int64) - want.astype(np.int64))
            return f"{np.mean(steps != 0):.2%} differ, by {steps.max()} at most"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--arete", required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    generator = np.random.default_rng(options.seed)
    counts = {"equal": 0, "differ": 0, "not run": 0, "LiteRT refuses": 0}
    for case in all_cases():
        if options.names and not any(name in case.label for name in options.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.tflite")
            content, open_inputs = model_of(case)
            with open(path, "wb") as file:
                file.write(content)
            values = [random_value(tensor, generator) for tensor in open_inputs]
            wanted, reason = reference(path, values)
            if wanted is None:
                verdict = "LiteRT refuses"
            else:
                found, reason = ours(options.arete, path, values, folder)
                reason = reason or difference(found, wanted)
                verdict = "equal" if not reason else "not run" if found is None else "differ"
            counts[verdict] += 1
            if reason:
                print(f"{verdict}: {case.label}: {reason[:200]}")
            if verdict in ("differ", "not run") and options.keep:
                shutil.copytree(folder, os.path.join(options.keep, case.label), dirs_exist_ok=True)
    print(f"seed {options.seed}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["differ"] + counts["not run"] else 0


if __name__ == "__main__":
    sys.exit(main())
