#!/usr/bin/env python3
"""Builds the models that the benchmark measures beside those it finds, once, into a folder that git ignores.

    models.py [--into DIR] [--photographs DIR] [--yolox FILE] [NAME...]

ResNet-50, MobileNetV2 and YOLOv8n with seeded random weights, as float32 and as int8 QDQ with u8 and with s8
activations (weights s8 per channel and symmetric, biases int32). Ranges come from running the float network on
made-up pictures, so that activations look like those of a trained network: neither saturated nor constant, which is
checked. Where the trained float `yolox_nano_416` and photographs are at hand, it is quantized too. Needs numpy, onnx
and onnxruntime (photographs: Pillow).
"""

import argparse
import hashlib
import logging
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, version_converter
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

import networks

HERE = pathlib.Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
CACHE = HERE / ".cache" / "models"
ACTIVATIONS = {"u8": QuantType.QUInt8, "s8": QuantType.QInt8}
CALIBRATION_IMAGES = 4


def pictures(size, count, seed, normalized):
    """Made-up pictures, NCHW: blurred blobs of colour at several scales with some noise on top, as photographs have."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        picture = np.zeros((3, size, size), np.float32)
        for cells in (2, 4, 8, 16, 32):
            grid = random.normal(0, 1, (3, cells + 1, cells + 1))
            at = np.linspace(0, cells, size, endpoint=False)
            low, share = at.astype(int), at - at.astype(int)
            rows = grid[:, low] * (1 - share)[:, None] + grid[:, low + 1] * share[:, None]
            picture += (rows[:, :, low] * (1 - share) + rows[:, :, low + 1] * share) / np.sqrt(cells)
        picture += random.normal(0, 0.1, picture.shape)
        picture = np.clip(0.45 + 0.25 * picture, 0, 1).astype(np.float32)
        yield ((picture - 0.45) / 0.225 if normalized else picture).astype(np.float32)[None]


def photographs(folder, size):
    """Photographs letterboxed as YOLOX wants them: top left, grey 114, BGR, floats from 0 to 255."""
    from PIL import Image

    for path in sorted(folder.glob("*.jpg")):
        with Image.open(path) as image:
            scale = size / max(image.size)
            small = image.convert("RGB").resize([max(1, round(side * scale)) for side in image.size], Image.BILINEAR)
        canvas = np.full((size, size, 3), 114, np.float32)
        pixels = np.asarray(small, np.float32)[:, :, ::-1]
        canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
        yield np.ascontiguousarray(canvas.transpose(2, 0, 1))[None]


class Reader(CalibrationDataReader):
    def __init__(self, images):
        self.images = iter(images)

    def get_next(self):
        image = next(self.images, None)
        return None if image is None else {"images": image}


def quantize(source, target, images, activations, excluded=()):
    quantize_static(
        str(source),
        str(target),
        Reader(images),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=ACTIVATIONS[activations],
        weight_type=QuantType.QInt8,
        nodes_to_exclude=list(excluded),
        calibrate_method=CalibrationMethod.MinMax,
        extra_options={"ActivationSymmetric": False, "WeightSymmetric": True},
    )


def check(path, image):
    """Runs the quantized model and looks at every quantized activation. Returns the worst figures of all of them.

    A tensor that uses few codes, or that sits at an end of its range, may be faster or slower than life."""
    model = onnx.load(path)
    initializers = {tensor.name for tensor in model.graph.initializer}
    steps = [n for n in model.graph.node if n.op_type == "QuantizeLinear" and n.input[0] not in initializers]
    kinds = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    known = {value.name for value in model.graph.output}
    for step in steps:
        if step.output[0] not in known:
            kind = kinds.get(step.input[2], TensorProto.UINT8)
            model.graph.output.append(helper.make_tensor_value_info(step.output[0], kind, None))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [step.output[0] for step in steps]
    codes, saturated, where = 256, 0.0, ("", "")
    for name, values in zip(names, session.run(names, {"images": image})):
        if values.size < 1000:
            continue
        counts = np.unique(values, return_counts=True)
        top = counts[1][counts[0] == np.iinfo(values.dtype).max].sum() / values.size
        if len(counts[0]) < codes:
            codes, where = len(counts[0]), (name, where[1])
        if top > saturated:
            saturated, where = top, (where[0], name)
    return len(names), codes, saturated, where


def report(path, image):
    count, codes, saturated, where = check(path, image)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    print(
        f"{path.name}: {count} quantized activations, the poorest uses {codes} codes ({where[0]}), "
        f"at most {saturated:.1%} at the upper end, sha256 {digest}",
        flush=True,
    )
    if codes < 32 or saturated > 0.25:
        raise SystemExit(f"{path.name}: activations are not realistic: {where}")


def tail_of_yolov8(model):
    """What stays in float, as in files made for use: decoding of boxes, where 8 bits for pixels would be too few."""
    names = [node.name for node in model.graph.node]
    return names[names.index("model.22.split") :]


def build_generated(name, into):
    make, size, normalized = {
        "resnet50_224": (networks.resnet50, 224, True),
        "mobilenet_v2_224": (networks.mobilenet_v2, 224, True),
        "yolov8n_640": (networks.yolov8n, 640, False),
    }[name]
    targets = {kind: into / f"{name}_qdq_{kind}.onnx" for kind in ACTIVATIONS}
    source = into / f"{name}_f32.onnx"
    if source.exists() and all(path.exists() for path in targets.values()):
        return
    model, macs = make(next(pictures(size, 1, 3, normalized)))
    onnx.save(model, source)
    print(f"{source.name}: {macs / 1e9:.3f} GMAC", flush=True)
    for kind, path in targets.items():
        partial = path.with_suffix(".partial")
        excluded = tail_of_yolov8(model) if name.startswith("yolov8") else []
        quantize(source, partial, pictures(size, CALIBRATION_IMAGES, 1, normalized), kind, excluded)
        report(partial, next(pictures(size, 1, 2, normalized)))
        partial.rename(path)


def build_yolox(source, folder, into):
    """The trained YOLOX-nano, quantized with photographs; returns why not where something is missing."""
    path = into / "yolox_nano_416_qdq_u8.onnx"
    if path.exists():
        return None
    if not source.exists():
        return f"yolox_nano_416_qdq_u8 skipped: {source} is not there"
    if not any(folder.glob("*.jpg")):
        return f"yolox_nano_416_qdq_u8 skipped: no photographs in {folder}"
    partial = path.with_suffix(".partial")
    newer = into / "yolox_nano_416_opset13.onnx"
    # Weights quantized per channel need operator set 13.
    onnx.save(version_converter.convert_version(onnx.load(source), 13), newer)
    quantize(newer, partial, photographs(folder, 416), "u8")
    newer.unlink()
    count, codes, saturated, _ = check(partial, next(photographs(folder, 416)))
    print(
        f"{path.name}: {count} quantized activations, the poorest uses {codes} codes, at most {saturated:.1%} saturated"
    )
    partial.rename(path)
    return None


def build(into=CACHE, photographs=SHARED / "images", yolox=None, names=()):
    """Builds what is missing; returns one line for each model that could not be built."""
    logging.getLogger().setLevel(logging.ERROR)
    into.mkdir(parents=True, exist_ok=True)
    for name in ("resnet50_224", "mobilenet_v2_224", "yolov8n_640"):
        if not names or name in names:
            build_generated(name, into)
    if names and "yolox_nano_416" not in names:
        return []
    yolox = yolox or SHARED / "conformance" / "onnx-models" / "yolox_nano_416" / "model.onnx"
    missing = build_yolox(yolox, photographs, into)
    return [missing] if missing else []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=pathlib.Path, default=CACHE)
    parser.add_argument("--photographs", type=pathlib.Path, default=SHARED / "images")
    parser.add_argument("--yolox", type=pathlib.Path)
    parser.add_argument("names", nargs="*", help="resnet50_224, mobilenet_v2_224, yolov8n_640, yolox_nano_416")
    options = parser.parse_args()
    for line in build(options.into, options.photographs, options.yolox, options.names):
        print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
