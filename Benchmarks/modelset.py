"""Which models the benchmark measures, what their inputs are, and the ratios that they are to reach."""

import dataclasses
import itertools
import json
import pathlib

import numpy as np
import onnx

import models

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFORMANCE = ROOT.parent / "shared" / "conformance"
INPUTS = ROOT / "Benchmarks" / ".cache" / "inputs"

# Best peer's time / Arete's: the least that is accepted, and the aim. One thread; two threads must hold them too.
RATIOS = {
    "resnet50_224_qdq_u8": (1.12, 1.2),
    "resnet50_224_qdq_s8": (1.12, 1.2),
    "yolov8n_640_qdq_u8": (1.9, 2.4),
    "yolov8n_640_qdq_s8": (1.9, 2.4),
    "mobilenet_v2_224_qdq_u8": (1.5, 2),
    "mobilenet_v2_224_qdq_s8": (1.5, 2),
    "mobilenet_v2_224_i8_nchw": (1.9, 2.5),
    "mobilenet_v2_224_u8": (2.5, 3.5),
    "mobilenet_v1_075_192_u8": (2.5, 3.5),
    "deeplabv3_mnv2_dm05_513_u8": (3, 4),
    "deeplabv3_mnv2_ade20k_512_i8": (3, 4),
    "movenet_lightning_192_i8": (1.8, 2.2),
    "yolov5n_640_i8": (2, 2.5),
    "nanodet_m_320_qdq_int8": (2.5, 4),
    "fastestdet_352_qlinear_int8": (2.5, 4),
    "yolox_nano_416_qdq_u8": (2.5, 4),
    "ssd_mobilenet_v2_fpnlite_320_i8": (2, 3),
    "vww_96_i8": (1.8, 2.5),
    "resnet8_cifar_i8": (1.4, 1.8),
}
OTHER_INT8 = (1.0, 1.5)
FLOAT = (1.0, 1.2)
# Share of the measured int8 peak.
PEAK_SHARES = {"resnet50_224_qdq_u8": (0.77, 0.83), "resnet50_224_qdq_s8": (0.77, 0.83)}

# The same network in float, for what quantization gains.
FLOAT_TWINS = {
    "resnet50_224_qdq_u8": "resnet50_224_f32",
    "resnet50_224_qdq_s8": "resnet50_224_f32",
    "mobilenet_v2_224_qdq_u8": "mobilenet_v2_224_f32",
    "mobilenet_v2_224_qdq_s8": "mobilenet_v2_224_f32",
    "yolov8n_640_qdq_u8": "yolov8n_640_f32",
    "yolov8n_640_qdq_s8": "yolov8n_640_f32",
    "yolox_nano_416_qdq_u8": "yolox_nano_416",
    "yolox_nano_416_qdq_w8a16": "yolox_nano_416",
    "nanodet_m_320_qdq_int8": "nanodet_m_320",
    "fastestdet_352_qlinear_int8": "fastestdet_352",
    "ultraface_rfb_320_qdq_int8": "ultraface_rfb_320",
    "mobilenet_v1_025_96_dynamic": "mobilenet_v1_025_96",
    "mobilenet_v2_224_qlinear": "mobilenet_v2_224_f32",
    "vww_96_i8": "vww_96_f32",
    "vww_96_16x8": "vww_96_f32",
    "resnet8_cifar_i8": "resnet8_cifar_f32",
    "resnet8_cifar_16x8": "resnet8_cifar_f32",
    "mlperf_tiny_resnet8_qdq": "resnet8_cifar_f32",
    "mnist_lstm_i8": "mnist_lstm_f32",
}


@dataclasses.dataclass
class Model:
    name: str
    path: pathlib.Path
    is_float: bool
    # Multiply-accumulates of one run, where they are known.
    macs: int | None
    # Arrays for its inputs, made when asked for.
    source: object

    @property
    def engines(self):
        """The other runtimes for its format."""
        return ["litert" if self.path.suffix == ".tflite" else "onnxruntime", "openvino"]

    @property
    def ratios(self):
        return RATIOS.get(self.name, FLOAT if self.is_float else OTHER_INT8)

    def inputs(self):
        """Files with one array for each input, the same for all engines."""
        INPUTS.mkdir(parents=True, exist_ok=True)
        files = []
        for index, array in enumerate(self.source()):
            files.append(INPUTS / f"{self.name}-{index}.npy")
            np.save(files[-1], np.ascontiguousarray(array))
        return files


def generated():
    """What models.py has built: name of the network, multiply-accumulates, inputs."""
    networks = {
        "resnet50_224": (4089184256, lambda: models.pictures(224, 1, 7, normalized=True)),
        "mobilenet_v2_224": (300774272, lambda: models.pictures(224, 1, 7, normalized=True)),
        "yolov8n_640": (4371865600, lambda: models.pictures(640, 1, 7, normalized=False)),
        "yolox_nano_416": (522553408, lambda: itertools.islice(models.photographs(models.SHARED / "images", 416), 1)),
    }
    for path in sorted(models.CACHE.glob("*.onnx")):
        for name, (macs, source) in networks.items():
            if path.name.startswith(name):
                yield Model(path.stem, path, path.stem.endswith("_f32"), macs, source)


def conformance_files(place):
    """The files of the first case's inputs; some models take those of another."""
    cases = json.loads((place / "meta.json").read_text())["cases"]
    if isinstance(cases, list):
        return [place / name for name in cases[0]["inputs"]]
    return sorted((place / "case0").glob("in*.np[yz]"), key=lambda path: int(path.stem[2:]))


def conformance_inputs(place, steps):
    """A model that is fed frame by frame gets the first frame."""
    for path in conformance_files(place):
        array = np.load(path)
        if path.suffix == ".npz":
            array = array[array.files[0]]
        yield array[0] if steps > 1 else array


def conformance(skipped):
    for folder, file in (("models", "model.tflite"), ("onnx-models", "model.onnx")):
        index = CONFORMANCE / folder / "index.json"
        if not index.exists():
            skipped.append(f"conformance/{folder}: not beside this checkout")
            continue
        listed = json.loads(index.read_text())
        for entry in listed["models"] if isinstance(listed, dict) else listed:
            place = CONFORMANCE / folder / entry["name"]
            kind = entry.get("type") or entry.get("kind")
            steps = entry.get("steps", 1)
            if not (place / file).exists():
                skipped.append(f"{entry['name']}: files are missing")
                continue
            yield Model(
                entry["name"],
                place / file,
                kind.startswith("float"),
                entry.get("macs"),
                lambda place=place, steps=steps: conformance_inputs(place, steps),
            )


def own():
    for path in sorted((ROOT / "Models").glob("*/model.onnx")):
        graph = onnx.load(path, load_external_data=False).graph
        weights = {tensor.name for tensor in graph.initializer}
        shapes = [
            [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
            for value in graph.input
            if value.name not in weights
        ]

        def source(shapes=shapes):
            random = np.random.default_rng(1)
            return [random.random(shape, dtype=np.float32) for shape in shapes]

        is_quantized = any("QuantizeLinear" in node.op_type for node in graph.node)
        yield Model(path.parent.name, path, not is_quantized, None, source)


def find(patterns, skipped):
    """The models whose names contain a pattern (all without patterns), those with ratios of their own first."""
    found = [*generated(), *conformance(skipped), *own()]
    if patterns:
        found = [model for model in found if any(pattern in model.name for pattern in patterns)]
    order = list(RATIOS)
    return sorted(found, key=lambda model: order.index(model.name) if model.name in order else len(order))
