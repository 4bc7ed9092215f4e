#!/usr/bin/env python3
"""Compare single operators of a TFLite model between LiteRT and `arete infer`, bit for bit.

    operators.py --arete PATH [--exact] [--only TYPE] [--keep DIR] MODEL [IN.npy ...]

Every operator is cut out as a model of its own and gets the values that LiteRT's reference run has at its inputs (random
inputs where no .npy files are given). With --exact both sides compute as the reference kernels do; without it LiteRT runs
as it comes (XNNPACK) and arete in its fast arithmetic. --keep writes models and inputs whose results differ to DIR.

Operators with state or control flow are left out. Floats count as equal within 1e-5 relative and 1e-6 absolute.
Needs Python 3.9+, numpy, flatbuffers and ai-edge-litert. Exit status 1 when anything differs or does not run.
"""
import argparse
import collections
import os
import subprocess
import sys
import tempfile

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

STATEFUL = {"CALL_ONCE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "IF", "WHILE"}
OPERATOR_NAMES = {value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}


def operator_name(code):
    value = max(code.builtinCode, code.deprecatedBuiltinCode)
    return code.customCode.decode() if value == schema.BuiltinOperator.CUSTOM else OPERATOR_NAMES[value]


def interpreter(content, exact):
    kind = OpResolverType.BUILTIN_REF if exact else OpResolverType.AUTO
    result = Interpreter(
        model_content=content, experimental_op_resolver_type=kind, experimental_preserve_all_tensors=exact, num_threads=1)
    result.allocate_tensors()
    return result


def random_input(detail, generator):
    shape, kind = detail["shape"], np.dtype(detail["dtype"])
    if kind.kind == "f":
        return generator.uniform(-1, 1, shape).astype(kind)
    limits = np.iinfo(kind)
    return generator.integers(max(limits.min, -(1 << 15)), min(limits.max, 1 << 15) + 1, shape).astype(kind)


def run(content, inputs, exact):
    engine = interpreter(content, exact)
    for detail, value in zip(engine.get_input_details(), inputs):
        engine.set_tensor(detail["index"], value)
    engine.invoke()
    return [engine.get_tensor(detail["index"]) for detail in engine.get_output_details()]


def cut(model, graph, operator, value_of):
    """The operator as a model of its own, and the values of its inputs that are not constants."""
    result = schema.ModelT()
    result.version = model.version
    result.description = "one operator"
    result.operatorCodes = [model.operatorCodes[operator.opcodeIndex]]
    result.buffers = [schema.BufferT()]
    piece = schema.SubGraphT()
    piece.tensors, inputs, places = [], [], {}

    def place(index):
        if index < 0:
            return -1
        if index in places:
            return places[index]
        tensor = graph.tensors[index]
        data = model.buffers[tensor.buffer].data
        copy = schema.TensorT()
        copy.__dict__.update(tensor.__dict__)
        copy.buffer = 0
        if data is not None and len(data) > 0:
            buffer = schema.BufferT()
            buffer.data = data
            result.buffers.append(buffer)
            copy.buffer = len(result.buffers) - 1
        else:
            copy.shape = list(value_of(index).shape)
            copy.shapeSignature = None
        places[index] = len(piece.tensors)
        piece.tensors.append(copy)
        return places[index]

    single = schema.OperatorT()
    single.__dict__.update(operator.__dict__)
    single.opcodeIndex = 0
    single.inputs = np.array([place(i) for i in operator.inputs], np.int32)
    for index in dict.fromkeys(i for i in operator.inputs if i >= 0):
        if piece.tensors[places[index]].buffer == 0:
            inputs.append((places[index], value_of(index)))
    single.outputs = np.array([place(i) for i in operator.outputs], np.int32)
    piece.inputs = np.array([i for i, _ in inputs], np.int32)
    piece.outputs = single.outputs
    piece.operators = [single]
    result.subgraphs = [piece]
    builder = flatbuffers.Builder(1024)
    builder.Finish(result.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output()), [value for _, value in inputs]


def infer(arete, content, inputs, exact):
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.tflite")
        with open(model, "wb") as file:
            file.write(content)
        paths = []
        for index, value in enumerate(inputs):
            paths.append(os.path.join(folder, f"in{index}.npy"))
            np.save(paths[-1], value)
        output = os.path.join(folder, "out")
        command = [arete, "infer", model, "--output-dir", output] + (["--exact"] if exact else [])
        command += ["--inputs"] + paths if paths else []
        finished = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if finished.returncode != 0:
            raise RuntimeError(finished.stderr.strip().splitlines()[-1] if finished.stderr.strip() else "failed")
        names = sorted(os.listdir(output), key=lambda name: int(name[3:-4]))
        return [np.load(os.path.join(output, name)) for name in names]


def differing(ours, theirs):
    if ours.shape != theirs.shape:
        raise RuntimeError(f"shape {ours.shape}, LiteRT's is {theirs.shape}")
    if theirs.dtype.kind == "f":
        unequal = ~np.isclose(ours, theirs, rtol=1e-5, atol=1e-6, equal_nan=True)
    else:
        unequal = ours != theirs
    distance = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
    return int(unequal.sum()), float(distance.max()) if distance.size else 0.0


def keep(folder, name, content, inputs):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + ".tflite"), "wb") as file:
        file.write(content)
    for index, value in enumerate(inputs):
        np.save(os.path.join(folder, f"{name}.in{index}.npy"), value)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arete", required=True)
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--only", help="one operator type, as CONV_2D")
    parser.add_argument("--keep", help="folder for the operators that differ")
    parser.add_argument("model")
    parser.add_argument("inputs", nargs="*")
    options = parser.parse_args()

    with open(options.model, "rb") as file:
        content = file.read()
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    graph = model.subgraphs[0]
    whole = interpreter(content, exact=True)
    generator = np.random.default_rng(1)
    for index, detail in enumerate(whole.get_input_details()):
        given = np.load(options.inputs[index]) if index < len(options.inputs) else random_input(detail, generator)
        whole.set_tensor(detail["index"], given)
    whole.invoke()

    counts = collections.defaultdict(lambda: [0, 0, 0, 0.0])
    failures = 0
    for index, operator in enumerate(graph.operators):
        name = operator_name(model.operatorCodes[operator.opcodeIndex])
        variable = any(i >= 0 and graph.tensors[i].isVariable for i in operator.inputs)
        if name in STATEFUL or variable or (options.only and name != options.only):
            continue
        count = counts[name]
        count[0] += 1
        try:
            single, values = cut(model, graph, operator, whole.get_tensor)
            theirs = run(single, values, options.exact)
            ours = infer(options.arete, single, values, options.exact)
            different = 0
            for mine, other in zip(ours, theirs):
                unequal, distance = differing(mine, other)
                count[1] += other.size
                different += unequal
                count[3] = max(count[3], distance if unequal else 0)
            count[2] += different
            if different:
                print(f"operator {index} {name}: {different} values differ")
                if options.keep:
                    keep(options.keep, f"{index}_{name}", single, values)
        except (RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
            failures += 1
            print(f"operator {index} {name}: {str(error).splitlines()[0]}")
    for name, (nodes, values, different, largest) in sorted(counts.items()):
        print(f"{name:32} nodes {nodes:4}  values {values:10}  differ {different:8}  largest {largest:g}")
    return 1 if failures or any(count[2] for count in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
