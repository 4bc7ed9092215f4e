"""The models of made_models.py: one operator each, with the attributes and element types that the reader knows."""
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

GENERATOR = np.random.default_rng(1)


@dataclass
class Tensor:
    shape: tuple
    kind: Any
    data: Optional[np.ndarray] = None
    quantization: Optional[tuple] = None
    axis: int = 0
    limits: Optional[tuple] = None
    is_variable: bool = False

    def __post_init__(self):
        self.kind = np.dtype(self.kind)


@dataclass
class Case:
    label: str
    operator: str
    inputs: list
    outputs: list
    options: Optional[tuple]
    version: int


def case(operator, inputs, outputs, options=None, version=1, note=""):
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return Case(f"{operator} {note}".strip(), operator, inputs, outputs, options, version)


def f32(*shape, low=-4, high=4):
    return Tensor(shape, "float32", limits=(low, high))


def i32(*shape, low=-20, high=20):
    return Tensor(shape, "int32", limits=(low, high))


def i64(*shape, low=-20, high=20):
    return Tensor(shape, "int64", limits=(low, high))


def truth(*shape):
    return Tensor(shape, "bool")


def s8(shape, scale, zero, limits=None):
    return Tensor(shape, "int8", quantization=(scale, zero), limits=limits)


def u8(shape, scale, zero, limits=None):
    return Tensor(shape, "uint8", quantization=(scale, zero), limits=limits)


def s16(shape, scale):
    return Tensor(shape, "int16", quantization=(scale, 0))


def constant(values, kind="int32", quantization=None):
    data = np.asarray(values, kind)
    return Tensor(data.shape, kind, data, quantization)


def weights(*shape):
    return constant(GENERATOR.uniform(-1, 1, shape), "float32")


def byte_weights(shape, scale=0.01, zero=None):
    """One scale for all; unsigned with a zero point."""
    low, high = (-127, 127) if zero is None else (0, 255)
    data = GENERATOR.integers(low, high, shape, endpoint=True)
    return constant(data, "int8" if zero is None else "uint8", (scale, zero or 0))


def channel_weights(shape, axis):
    """A scale for each channel."""
    result = byte_weights(shape)
    result.quantization = (GENERATOR.uniform(0.005, 0.02, shape[axis]), np.zeros(shape[axis]))
    result.axis = axis
    return result


def bias(count, kind="int32", channels=True, scale=1e-3):
    data = GENERATOR.integers(-500, 500, count)
    return constant(data, kind, (np.full(count, scale), np.zeros(count)) if channels else (scale, 0))


def unary_cases():
    plain = "ABS CEIL FLOOR ROUND COS SIN EXP SQUARE NEG ELU HARD_SWISH LOGISTIC TANH RELU RELU_N1_TO_1 RELU_0_TO_1 SIGN"
    for name in plain.split() + ["ZEROS_LIKE", "LOG_SOFTMAX"]:
        yield case(name, [f32(2, 3, 5)], f32(2, 3, 5))
    for name in ["LOG", "SQRT", "RSQRT", "RELU6"]:
        yield case(name, [f32(2, 3, 5, low=0.1, high=9)], f32(2, 3, 5))
    for name in ["ABS", "NEG", "SIGN", "ZEROS_LIKE"]:
        yield case(name, [i32(3, 4)], i32(3, 4), note="int32")
    for approximate in (False, True):
        yield case("GELU", [f32(3, 4)], f32(3, 4), ("GeluOptions", {"approximate": approximate}), note=str(approximate))
    yield case("LEAKY_RELU", [f32(3, 4)], f32(3, 4), ("LeakyReluOptions", {"alpha": 0.3}))
    yield case("LOGICAL_NOT", [truth(3, 4)], truth(3, 4))
    size = [3, 80]
    tables = [
        ("ABS", (0.1, 3), (0.1, -100), 3), ("LOGISTIC", (0.1, 3), (1 / 256, -128), 2), ("TANH", (0.05, 3), (1 / 128, 0), 2),
        ("HARD_SWISH", (0.05, 3), (0.04, -100), 1), ("EXP", (0.02, 3), (0.05, -128), 2), ("RELU", (0.05, 3), (0.04, -128), 2),
        ("ELU", (0.05, 3), (0.04, -90), 1), ("RELU6", (0.05, 3), (6 / 255, -128), 2), ("SQRT", (0.1, -128), (0.05, -128), 2),
    ]
    for name, source, target, version in tables:
        yield case(name, [s8(size, *source)], s8(size, *target), version=version, note="int8")
    for name in ["LOG", "RSQRT"]:
        yield case(name, [s8(size, 0.05, -128, (-120, 127))], s8(size, 0.05, 10), version=2, note="int8")
    yield case("GELU", [s8(size, 0.05, 3)], s8(size, 0.04, -90), ("GeluOptions", {}), note="int8")
    for name, target in [("LOGISTIC", (1 / 256, 0)), ("TANH", (1 / 128, 128)), ("HARD_SWISH", (0.04, 10)), ("RELU6", (6 / 255, 0))]:
        yield case(name, [u8(size, 0.05, 100)], u8(size, *target), note="uint8")
    for name in ["LOGISTIC", "TANH"]:
        yield case(name, [s16([3, 400], 3e-4)], s16([3, 400], 1 / 32768), version=2, note="int16")
    yield case("RELU", [s16(size, 1e-3)], s16(size, 1e-3), version=3, note="int16")
    leaky = ("LeakyReluOptions", {"alpha": 0.1})
    yield case("LEAKY_RELU", [s8(size, 0.05, 3)], s8(size, 0.04, -50), leaky, 2, "int8")
    yield case("LEAKY_RELU", [u8(size, 0.05, 103)], u8(size, 0.04, 50), leaky, 1, "uint8")
    yield case("LEAKY_RELU", [s16(size, 0.05)], s16(size, 0.06), leaky, 2, "int16")


def normalization_cases():
    def softmax(beta=1.0):
        return ("SoftmaxOptions", {"beta": beta})

    for shape in [(3, 10), (7,), (2, 3, 4, 5)]:
        yield case("SOFTMAX", [f32(*shape)], f32(*shape), softmax(1.5), note=f"rank {len(shape)}")
    yield case("SOFTMAX", [s8([3, 10], 0.1, 3)], s8([3, 10], 1 / 256, -128), softmax(), 2, "int8")
    yield case("SOFTMAX", [u8([3, 10], 0.1, 3)], u8([3, 10], 1 / 256, 0), softmax(), 1, "uint8")
    yield case("SOFTMAX", [s16([3, 10], 5e-4)], s16([3, 10], 1 / 32768), softmax(), 3, "int16")
    yield case("SOFTMAX", [s8([3, 10], 0.1, 3)], s16([3, 10], 1 / 32768), softmax(), 3, "int8 to int16")
    yield case("LOG_SOFTMAX", [s8([3, 10], 0.1, 3)], s8([3, 10], 16 / 256, 127), None, 2, "int8")
    yield case("LOG_SOFTMAX", [u8([3, 10], 0.1, 3)], u8([3, 10], 16 / 256, 255), note="uint8")
    length = ("L2NormOptions", {})
    yield case("L2_NORMALIZATION", [f32(2, 3, 5)], f32(2, 3, 5), length)
    yield case("L2_NORMALIZATION", [s8([2, 3, 50], 0.1, 3)], s8([2, 3, 50], 1 / 128, 0), length, 2, "int8")
    yield case("L2_NORMALIZATION", [u8([2, 3, 50], 0.1, 100)], u8([2, 3, 50], 1 / 128, 128), length, 1, "uint8")
    response = ("LocalResponseNormalizationOptions", {"radius": 2, "bias": 1.0, "alpha": 0.5, "beta": 0.75})
    yield case("LOCAL_RESPONSE_NORMALIZATION", [f32(1, 2, 3, 8)], f32(1, 2, 3, 8), response)


def binary_cases():
    for name in ["ADD", "SUB", "MUL", "DIV"]:
        kind = name.capitalize() + "Options"
        for activation in range(4):
            options = (kind, {"fusedActivationFunction": activation})
            yield case(name, [f32(2, 3, 4), f32(3, 1, low=0.5)], f32(2, 3, 4), options, note=f"activation {activation}")
        yield case(name, [i32(2, 3), i32(3, low=1)], i32(2, 3), (kind, {}), note="int32")
        relu6 = (kind, {"fusedActivationFunction": 3})
        a, b = u8([2, 3, 40], 0.1, 130), u8([2, 3, 40], 0.05, 7, (20, 255))
        yield case(name, [a, b], u8([2, 3, 40], 0.12, 105), relu6, 1, "uint8")
        if name == "DIV":
            continue
        for shape in ([2, 3, 40], [40], [3, 1], [1]):
            inputs = [s8([2, 3, 40], 0.1, 3), s8(shape, 0.05, -7)]
            yield case(name, inputs, s8([2, 3, 40], 0.12, 5), (kind, {}), 2, f"int8 {shape}")
            yield case(name, inputs[::-1], s8([2, 3, 40], 0.12, 5), (kind, {}), 2, f"int8 first {shape}")
        sources = [s16([2, 3, 40], 1e-3), s16([2, 3, 40], 5e-4)]
        yield case(name, sources, s16([2, 3, 40], 2e-3), (kind, {}), 4, "int16")
    yield case("ADD", [i64(2, 3), i64(2, 3)], i64(2, 3), ("AddOptions", {}), 4, "int64")
    for name in ["MAXIMUM", "MINIMUM"]:
        options = ("MaximumMinimumOptions", {})
        yield case(name, [f32(2, 3, 4), f32(4)], f32(2, 3, 4), options)
        yield case(name, [s8([2, 3], 0.1, 3), s8([3], 0.1, 3)], s8([2, 3], 0.1, 3), options, 2, "int8")
        yield case(name, [s16([2, 40], 0.1), s16([2, 40], 0.1)], s16([2, 40], 0.1), options, 4, "int16")
    for name in ["SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD"]:
        yield case(name, [f32(2, 3, 4), f32(4, low=0.5)], f32(2, 3, 4))
    inputs = [s8([2, 30], 0.1, 3), s8([2, 30], 0.05, -3)]
    yield case("SQUARED_DIFFERENCE", inputs, s8([2, 30], 0.6, -128), None, 2, "int8")
    divisors = constant([x if x else 7 for x in range(-15, 15)])
    for name in ["FLOOR_DIV", "FLOOR_MOD"]:
        yield case(name, [i32(2, 30), divisors], i32(2, 30), note="int32")
    yield case("ATAN2", [f32(3, 4), f32(3, 4)], f32(3, 4))
    yield case("POW", [f32(3, 4, low=0.1), f32(4)], f32(3, 4))
    yield case("POW", [i32(3, 4), i32(4, low=0, high=4)], i32(3, 4), note="int32")
    yield case("PRELU", [f32(2, 4, 4, 3), weights(1, 1, 3)], f32(2, 4, 4, 3))
    slopes = constant([[[20, -30, 100]]], "int8", (0.01, 5))
    yield case("PRELU", [s8([2, 4, 4, 3], 0.05, 3), slopes], s8([2, 4, 4, 3], 0.06, -3), note="int8")
    for name in ["EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"]:
        yield case(name, [i32(3, 4, low=-2, high=2), i32(4, low=-2, high=2)], truth(3, 4))
        yield case(name, [f32(3, 4), f32(3, 4)], truth(3, 4), note="float")
        yield case(name, [s8([3, 40], 0.1, 3), s8([3, 40], 0.05, -3)], truth(3, 40), None, 2, "int8")
    for name in ["LOGICAL_AND", "LOGICAL_OR"]:
        yield case(name, [truth(3, 4), truth(4)], truth(3, 4))
    yield case("BITWISE_XOR", [i32(3, 4), i32(3, 4)], i32(3, 4))
    yield case("RIGHT_SHIFT", [i32(3, 4, low=-1000, high=1000), i32(3, 4, low=0, high=5)], i32(3, 4))
    yield case("ADD_N", [f32(3, 4), f32(3, 4), f32(3, 4)], f32(3, 4))
    yield case("ADD_N", [i32(3, 4), i32(3, 4)], i32(3, 4), note="int32")


def convolution_cases():
    for padding in (0, 1):
        for stride, dilation in ((1, 1), (2, 1), (1, 2)):
            def size(length, window):
                room = length if padding == 0 else length - (window - 1) * dilation
                return -(-room // stride)

            height, width, note = size(9, 3), size(8, 2), f"{'same valid'.split()[padding]} {stride} {dilation}"
            fields = {
                "padding": padding, "strideW": stride, "strideH": stride, "dilationWFactor": dilation,
                "dilationHFactor": dilation,
            }
            dense = ("Conv2DOptions", {**fields, "fusedActivationFunction": 1})
            image, result = s8([1, 9, 8, 4], 0.05, 3), s8([1, height, width, 6], 0.07, -3)
            yield case("CONV_2D", [f32(1, 9, 8, 4), weights(6, 3, 2, 4), weights(6)], f32(1, height, width, 6), dense, 1, note)
            yield case("CONV_2D", [image, channel_weights([6, 3, 2, 4], 0), bias(6)], result, dense, 3, "int8 " + note)
            depth = ("DepthwiseConv2DOptions", {**fields, "depthMultiplier": 2})
            inputs = [f32(1, 9, 8, 4), weights(1, 3, 2, 8), weights(8)]
            yield case("DEPTHWISE_CONV_2D", inputs, f32(1, height, width, 8), depth, 1, note)
            inputs, result = [image, channel_weights([1, 3, 2, 8], 3), bias(8)], s8([1, height, width, 8], 0.07, -3)
            yield case("DEPTHWISE_CONV_2D", inputs, result, depth, 3, "int8 " + note)
    ones = {"strideW": 1, "strideH": 1, "dilationWFactor": 1, "dilationHFactor": 1}
    dense, depth = ("Conv2DOptions", ones), ("DepthwiseConv2DOptions", {**ones, "depthMultiplier": 1})
    image, bytes_in, words_in = f32(1, 5, 6, 4), u8([2, 5, 6, 4], 0.05, 120), s16([1, 5, 6, 4], 1e-3)
    yield case("CONV_2D", [image, weights(6, 3, 2, 2), weights(6)], f32(1, 5, 6, 6), dense, 6, "grouped")
    yield case("CONV_2D", [image, channel_weights([6, 3, 2, 4], 0), weights(6)], f32(1, 5, 6, 6), dense, 5, "hybrid channels")
    yield case("CONV_2D", [image, byte_weights([6, 3, 2, 4]), weights(6)], f32(1, 5, 6, 6), dense, 2, "hybrid")
    inputs = [bytes_in, byte_weights([6, 3, 2, 4], zero=130), bias(6, channels=False, scale=5e-4)]
    yield case("CONV_2D", inputs, u8([2, 5, 6, 6], 0.09, 100), dense, 1, "uint8")
    inputs = [words_in, channel_weights([6, 3, 2, 4], 0), bias(6, "int64", scale=1e-5)]
    yield case("CONV_2D", inputs, s16([1, 5, 6, 6], 2e-3), dense, 4, "int16")
    yield case("DEPTHWISE_CONV_2D", [image, channel_weights([1, 3, 2, 4], 3), weights(4)], f32(1, 5, 6, 4), depth, 6, "hybrid")
    inputs = [bytes_in, byte_weights([1, 3, 2, 4], zero=130), bias(4, channels=False, scale=5e-4)]
    yield case("DEPTHWISE_CONV_2D", inputs, u8([2, 5, 6, 4], 0.09, 100), depth, 1, "uint8")
    inputs = [words_in, channel_weights([1, 3, 2, 4], 3), bias(4, "int64", scale=1e-5)]
    yield case("DEPTHWISE_CONV_2D", inputs, s16([1, 5, 6, 4], 2e-3), depth, 5, "int16")
    for padding, size in ((0, (10, 12)), (1, (11, 13)), (0, (9, 11))):
        options, shape = ("TransposeConvOptions", {"padding": padding, "strideW": 2, "strideH": 2}), constant([1, *size, 5])
        target, note = (1, *size, 5), f"{padding} {size[0]}"
        yield case("TRANSPOSE_CONV", [shape, weights(5, 3, 3, 4), image, weights(5)], f32(*target), options, 3, note)
        inputs = [shape, channel_weights([5, 3, 3, 4], 0), s8([1, 5, 6, 4], 0.05, 3), bias(5)]
        yield case("TRANSPOSE_CONV", inputs, s8(target, 0.07, -3), options, 3, "int8 " + note)
        inputs = [shape, channel_weights([5, 3, 3, 4], 0), words_in, bias(5, "int64", scale=1e-5)]
        yield case("TRANSPOSE_CONV", inputs, s16(target, 2e-3), options, 3, "int16 " + note)
    volume = {"dilationDFactor": 1, "dilationWFactor": 1, "dilationHFactor": 1}
    options = ("Conv3DOptions", {**volume, "padding": 1, "strideD": 1, "strideH": 1, "strideW": 3})
    yield case("CONV_3D", [f32(1, 5, 6, 7, 2), weights(3, 2, 1, 2, 4), weights(4)], f32(1, 3, 5, 3, 4), options)
    options = ("Conv3DOptions", {**volume, "strideD": 2, "strideH": 2, "strideW": 2})
    inputs = [constant([1, 10, 12, 14, 4]), weights(2, 2, 2, 4, 2), f32(1, 5, 6, 7, 2)]
    yield case("CONV_3D_TRANSPOSE", inputs, f32(1, 10, 12, 14, 4), options)


def window_cases():
    for name in ["AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"]:
        for padding, height, width in ((0, 5, 4), (1, 4, 4)):
            fields = {"padding": padding, "strideW": 2, "strideH": 2, "filterWidth": 2, "filterHeight": 3}
            options = ("Pool2DOptions", {**fields, "fusedActivationFunction": 1})
            source, target = [1, 9, 8, 4], [1, height, width, 4]
            yield case(name, [f32(*source)], f32(*target), options, note=str(padding))
            if name.startswith("L2"):
                continue
            yield case(name, [s8(source, 0.1, 3)], s8(target, 0.1, 3), options, 2, f"int8 {padding}")
            yield case(name, [u8(source, 0.1, 100)], u8(target, 0.1, 100), options, 1, f"uint8 {padding}")
            yield case(name, [s16(source, 0.1)], s16(target, 0.1), options, 3, f"int16 {padding}")
    for name, kind in [("RESIZE_BILINEAR", "ResizeBilinearOptions"), ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")]:
        for corners, half in ((False, False), (True, False), (False, True)):
            options = (kind, {"alignCorners": corners, "halfPixelCenters": half})
            for size in ((18, 13), (4, 5)):
                source, target, to = [1, 9, 8, 3], [1, *size, 3], constant(size)
                note = f"{corners:d}{half:d} {size[0]}"
                yield case(name, [f32(*source), to], f32(*target), options, 3, note)
                yield case(name, [s8(source, 0.1, 3), to], s8(target, 0.1, 3), options, 3, "int8 " + note)
                yield case(name, [u8(source, 0.1, 3), to], u8(target, 0.1, 3), options, 1, "uint8 " + note)
                yield case(name, [s16(source, 0.1), to], s16(target, 0.1), options, 4, "int16 " + note)


def product_cases():
    name = "FULLY_CONNECTED"

    def options(**fields):
        return ("FullyConnectedOptions", fields)

    relu = options(fusedActivationFunction=1)
    yield case(name, [f32(2, 3, 4), weights(5, 4), weights(5)], f32(6, 5), relu)
    yield case(name, [f32(2, 3, 4), weights(5, 4), None], f32(2, 3, 5), options(keepNumDims=True), 6, "keeps rank")
    rows, flat = s8([6, 40], 0.05, 3), bias(5, channels=False, scale=5e-4)
    yield case(name, [rows, byte_weights([5, 40]), flat], s8([6, 5], 0.2, -3), options(), 4, "int8")
    yield case(name, [rows, channel_weights([5, 40], 0), bias(5)], s8([6, 5], 0.2, -3), options(), 12, "int8 channels")
    inputs = [u8([6, 40], 0.05, 103), byte_weights([5, 40], zero=120), flat]
    yield case(name, inputs, u8([6, 5], 0.2, 103), options(), 1, "uint8")
    inputs = [s16([6, 40], 1e-3), byte_weights([5, 40]), bias(5, "int64", False, 1e-5)]
    yield case(name, inputs, s16([6, 5], 2e-3), options(), 7, "int16")
    for asymmetric in (False, True):
        hybrid = options(asymmetricQuantizeInputs=asymmetric)
        yield case(name, [f32(6, 40), byte_weights([5, 40]), weights(5)], f32(6, 5), hybrid, 9, f"hybrid {asymmetric:d}")
        inputs = [f32(6, 40), channel_weights([5, 40], 0), None]
        yield case(name, inputs, f32(6, 5), hybrid, 12, f"hybrid channels {asymmetric:d}")
    for left, right in ((False, False), (True, False), (False, True)):
        turned = ("BatchMatMulOptions", {"adjX": left, "adjY": right})
        a, b, note = [2, 4, 3] if left else [2, 3, 4], [2, 5, 4] if right else [2, 4, 5], f"{left:d}{right:d}"
        yield case("BATCH_MATMUL", [f32(*a), f32(*b)], f32(2, 3, 5), turned, note=note)
        yield case("BATCH_MATMUL", [s8(a, 0.05, 3), s8(b, 0.03, -4)], s8([2, 3, 5], 0.2, 5), turned, 2, "int8 " + note)
    plain = ("BatchMatMulOptions", {})
    yield case("BATCH_MATMUL", [f32(2, 3, 4), f32(4, 5)], f32(2, 3, 5), plain, note="broadcast")
    yield case("BATCH_MATMUL", [s16([2, 3, 4], 1e-3), s16([2, 4, 5], 1e-3)], s16([2, 3, 5], 1e-3), plain, 3, "int16")
    yield case("EMBEDDING_LOOKUP", [i32(4, low=0, high=6), weights(7, 3)], f32(4, 3))
    yield case("EMBEDDING_LOOKUP", [i32(4, low=0, high=6), byte_weights([7, 3])], f32(4, 3), None, 2, "hybrid")


def shape_cases():
    crops = constant([[0, 1], [1, 0]])
    yield case("BATCH_TO_SPACE_ND", [f32(4, 2, 3, 2), constant([2, 2]), crops], f32(1, 3, 5, 2))
    yield case("BATCH_TO_SPACE_ND", [f32(4, 3, 3), constant([2]), constant([[1, 1]])], f32(2, 4, 3), None, 3, "rank 3")
    yield case("SPACE_TO_BATCH_ND", [f32(1, 3, 5, 2), constant([2, 2]), crops], f32(4, 2, 3, 2))
    inputs = [s8([1, 3, 5, 2], 0.1, 9), constant([2, 2]), crops]
    yield case("SPACE_TO_BATCH_ND", inputs, s8([4, 2, 3, 2], 0.1, 9), None, 2, "int8")
    yield case("SPACE_TO_BATCH_ND", [f32(2, 4, 3), constant([2]), constant([[1, 1]])], f32(4, 3, 3), None, 3, "rank 3")
    yield case("BROADCAST_TO", [f32(3, 1), constant([2, 3, 4])], f32(2, 3, 4), None, 2)
    joined = ("ConcatenationOptions", {"axis": -1})
    yield case("CONCATENATION", [f32(2, 3), f32(2, 4)], f32(2, 7), joined)
    yield case("CONCATENATION", [i32(2, 3), i32(2, 4)], i32(2, 7), joined, note="int32")
    yield case("CONCATENATION", [s8([2, 3], 0.1, 3), s8([2, 4], 0.1, 3)], s8([2, 7], 0.1, 3), joined, 2, "int8")
    yield case("CONCATENATION", [u8([2, 3], 0.1, 3), u8([2, 4], 0.2, 9)], u8([2, 7], 0.15, 50), joined, 1, "uint8 scales")
    yield case("CONCATENATION", [s16([2, 3], 0.1), s16([2, 4], 0.1)], s16([2, 7], 0.1), joined, 3, "int16")
    yield case("DEPTH_TO_SPACE", [f32(1, 2, 3, 8)], f32(1, 4, 6, 2), ("DepthToSpaceOptions", {"blockSize": 2}))
    yield case("SPACE_TO_DEPTH", [f32(1, 4, 6, 2)], f32(1, 2, 3, 8), ("SpaceToDepthOptions", {"blockSize": 2}))
    for axis, target in ((-1, (2, 3, 1)), (-3, (1, 2, 3)), (1, (2, 1, 3))):
        yield case("EXPAND_DIMS", [f32(2, 3), constant([axis])], f32(*target), ("ExpandDimsOptions", {}), note=str(axis))
    yield case("FILL", [constant([2, 3]), f32()], f32(2, 3), ("FillOptions", {}))
    yield case("FILL", [Tensor((0,), "int32", np.zeros(0, np.int32)), i32()], i32(), ("FillOptions", {}), note="scalar")
    border = constant([[2, 1], [1, 2]])
    for mode in (0, 1):
        options = ("MirrorPadOptions", {"mode": mode})
        yield case("MIRROR_PAD", [f32(3, 4), border], f32(6, 7), options, note=str(mode))
        yield case("MIRROR_PAD", [s8([3, 4], 0.1, 3), border], s8([6, 7], 0.1, 3), options, 2, f"int8 {mode}")
    yield case("PAD", [f32(3, 4), border], f32(6, 7), ("PadOptions", {}))
    yield case("PAD", [s8([3, 4], 0.1, 17), border], s8([6, 7], 0.1, 17), ("PadOptions", {}), 2, "int8")
    yield case("PAD", [u8([3, 4], 0.1, 55), border], u8([6, 7], 0.1, 55), ("PadOptions", {}), 1, "uint8")
    yield case("PAD", [s16([3, 4], 0.1), border], s16([6, 7], 0.1), ("PadOptions", {}), 2, "int16")
    yield case("PADV2", [f32(3, 4), border, constant(3.5, "float32")], f32(6, 7), ("PadV2Options", {}))
    inputs = [s8([3, 4], 0.1, 17), border, constant(-5, "int8", (0.1, 17))]
    yield case("PADV2", inputs, s8([6, 7], 0.1, 17), ("PadV2Options", {}), 2, "int8")
    for axis, target in ((0, (2, 2, 3)), (1, (2, 2, 3)), (-1, (2, 3, 2)), (-2, (2, 2, 3))):
        yield case("PACK", [f32(2, 3), f32(2, 3)], f32(*target), ("PackOptions", {"valuesCount": 2, "axis": axis}), note=str(axis))
    yield case("UNPACK", [f32(2, 3)], [f32(2), f32(2), f32(2)], ("UnpackOptions", {"num": 3, "axis": -1}))
    yield case("UNPACK", [f32(1, 3)], f32(3), ("UnpackOptions", {"num": 1, "axis": 0}), note="one")
    yield case("RANGE", [constant(2), constant(11), constant(3)], i32(3), ("RangeOptions", {}))
    yield case("RANGE", [constant(10), constant(1), constant(-4)], i32(3), ("RangeOptions", {}), note="downwards")
    steps = [constant(2, "float32"), constant(4, "float32"), constant(0.5, "float32")]
    yield case("RANGE", steps, f32(4), ("RangeOptions", {}), note="float")
    yield case("RANK", [f32(2, 3)], i32(), ("RankOptions", {}))
    yield case("SHAPE", [f32(2, 3)], i32(2), ("ShapeOptions", {"outType": 2}))
    yield case("SHAPE", [f32(2, 3)], i64(2), ("ShapeOptions", {"outType": 4}), note="int64")
    yield case("RESHAPE", [f32(2, 3), constant([3, -1])], f32(3, 2), ("ReshapeOptions", {"newShape": [3, 2]}))
    yield case("RESHAPE", [f32(2, 3)], f32(6), ("ReshapeOptions", {"newShape": [6]}), note="by options")
    yield case("RESHAPE", [f32(1, 1)], f32(), ("ReshapeOptions", {"newShape": [0]}), note="old scalar")
    options = ("ReverseSequenceOptions", {"seqDim": 1, "batchDim": 0})
    yield case("REVERSE_SEQUENCE", [f32(3, 4, 2), constant([1, 4, 2])], f32(3, 4, 2), options)
    yield case("REVERSE_V2", [f32(3, 4, 2), constant([1])], f32(3, 4, 2), ("ReverseV2Options", {}))
    yield case("REVERSE_V2", [f32(3, 4, 2), constant([1, 2])], f32(3, 4, 2), ("ReverseV2Options", {}), 3, "two axes")
    yield case("SPLIT", [constant(1), f32(2, 6)], [f32(2, 3), f32(2, 3)], ("SplitOptions", {"numSplits": 2}))
    parts = [s8([2, 3], 0.1, 3), s8([2, 3], 0.1, 3)]
    yield case("SPLIT", [constant(-1), s8([2, 6], 0.1, 3)], parts, ("SplitOptions", {"numSplits": 2}), 2, "int8")
    inputs = [f32(2, 6), constant([1, -1, 2]), constant(-1)]
    yield case("SPLIT_V", inputs, [f32(2, 1), f32(2, 3), f32(2, 2)], ("SplitVOptions", {"numSplits": 3}))
    yield case("SQUEEZE", [f32(1, 3, 1)], f32(1, 3), ("SqueezeOptions", {"squeezeDims": [-1]}))
    yield case("SQUEEZE", [f32(1, 3, 1)], f32(3), ("SqueezeOptions", {"squeezeDims": []}), note="all")
    yield case("TILE", [f32(2, 3), constant([2, 3])], f32(4, 9), ("TileOptions", {}))
    yield case("TRANSPOSE", [f32(2, 3, 4), constant([2, 0, 1])], f32(4, 2, 3), ("TransposeOptions", {}))
    inputs = [s8([2, 3, 4, 5, 2], 0.1, 3), constant([4, 2, 0, 1, 3])]
    yield case("TRANSPOSE", inputs, s8([2, 4, 2, 3, 5], 0.1, 3), ("TransposeOptions", {}), 4, "int8")


def choice_cases():
    def gather(axis, batch=0):
        return ("GatherOptions", {"axis": axis, "batchDims": batch})

    yield case("GATHER", [f32(3, 4, 2), i32(5, low=0, high=3)], f32(3, 5, 2), gather(1))
    yield case("GATHER", [f32(3, 4, 2), i64(2, low=0, high=3)], f32(3, 2, 2), gather(1), 2, "int64")
    yield case("GATHER", [f32(3, 4, 2), i32(3, 2, low=0, high=3)], f32(3, 2, 2), gather(1, 1), 5, "batch")
    yield case("GATHER", [f32(3, 4, 2), i32(3, 2, low=0, high=1)], f32(3, 4, 3, 2), gather(-1), note="last axis")
    yield case("GATHER", [f32(7), constant(3)], f32(), gather(0), note="scalar")
    yield case("GATHER", [s8([3, 4, 2], 0.1, 3), i32(5, low=0, high=3)], s8([3, 5, 2], 0.1, 3), gather(1), 2, "int8")
    yield case("GATHER_ND", [f32(3, 4, 2), i32(5, 2, low=0, high=2)], f32(5, 2), ("GatherNdOptions", {}))
    for axis, target in ((-1, (2, 3, 4)), (1, (2, 4, 3)), (0, (4, 2, 3))):
        inputs = [i32(2, 3, low=-1, high=5), constant(4), constant(2), constant(-1)]
        yield case("ONE_HOT", inputs, i32(*target), ("OneHotOptions", {"axis": axis}), note=str(axis))
    inputs = [constant([[1], [3], [1]]), f32(3, 2), constant([5, 2])]
    yield case("SCATTER_ND", inputs, f32(5, 2), ("ScatterNdOptions", {}))
    yield case("SELECT", [truth(3), f32(3, 4), f32(3, 4)], f32(3, 4), ("SelectOptions", {}))
    yield case("SELECT", [truth(3, 4), f32(3, 4), f32(3, 4)], f32(3, 4), ("SelectOptions", {}), note="full")
    yield case("SELECT_V2", [truth(4), f32(3, 4), f32(1, 4)], f32(3, 4), ("SelectV2Options", {}))
    inputs = [truth(3, 40), s8([3, 40], 0.1, 3), s8([3, 40], 0.1, 3)]
    yield case("SELECT_V2", inputs, s8([3, 40], 0.1, 3), ("SelectV2Options", {}), note="int8")
    yield case("SLICE", [f32(3, 4, 2), constant([1, 0, 1]), constant([2, -1, 1])], f32(2, 4, 1), ("SliceOptions", {}))
    slices = [
        ("plain", [0, 1, 0], [3, 4, 2], [2, 1, 1], (2, 3, 2), {}),
        ("masks", [1, -1, 0], [2, 0, 1], [1, -2, 1], (2, 2), {"beginMask": 2, "endMask": 6, "shrinkAxisMask": 1}),
        ("ellipsis", [0, 0], [0, 1], [1, 1], (3, 4, 1), {"ellipsisMask": 1}),
        ("new axis", [0, 1], [0, 3], [1, 1], (1, 2, 4, 2), {"newAxisMask": 1}),
        ("offset", [1, 1, 0], [2, 2, 2], [1, 1, 1], (2, 2, 2), {"offset": True}),
        ("backwards", [2, 3, 1], [0, 0, -3], [-2, -1, -1], (1, 3, 2), {}),
        ("empty", [9, 0, 0], [12, 3, 2], [1, 1, 1], (0, 3, 2), {}),
        ("shrunk from the end", [-1, 0, 0], [0, 2, 2], [1, 1, 1], (2, 2), {"shrinkAxisMask": 1}),
    ]
    for note, begins, ends, strides, target, fields in slices:
        inputs = [f32(3, 4, 2), constant(begins), constant(ends), constant(strides)]
        yield case("STRIDED_SLICE", inputs, f32(*target), ("StridedSliceOptions", fields), 4, note)
    yield case("WHERE", [constant([[1, 0], [0, 1], [1, 1]], "bool")], i64(4, 2), ("WhereOptions", {}))


def reduction_cases():
    def options(keeps=False):
        return ("ReducerOptions", {"keepDims": keeps})

    for name in ["MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD"]:
        yield case(name, [f32(2, 3, 4), constant([1, -1])], f32(2), options())
        yield case(name, [f32(2, 3, 4), constant([1])], f32(2, 1, 4), options(True), note="keeps rank")
        yield case(name, [f32(2, 3, 4), constant(-1)], f32(2, 3), options(), note="scalar axis")
        yield case(name, [i32(2, 3, 4, low=-3, high=3), constant([1])], i32(2, 4), options(), note="int32")
        none = Tensor((0,), "int32", np.zeros(0, np.int32))
        yield case(name, [f32(2, 3, 4), none], f32(2, 3, 4), options(), note="no axes")
    for name in ["MEAN", "SUM"]:
        yield case(name, [s8([2, 3, 5, 8], 0.1, 3), constant([1, 2])], s8([2, 8], 0.15, -3), options(), 2, "int8")
        yield case(name, [u8([2, 3, 5, 8], 0.1, 103), constant([1, 2])], u8([2, 8], 0.15, 90), options(), 2, "uint8")
    inputs = [s16([2, 3, 5, 8], 1e-3), constant([1, 2])]
    yield case("MEAN", inputs, s16([2, 8], 2e-3), options(), 3, "int16")
    inputs = [s8([1, 7, 7, 64], 0.1, 3), constant([1, 2])]
    yield case("MEAN", inputs, s8([1, 1, 1, 64], 0.05, -3), options(True), 2, "int8 image")
    yield case("MEAN", [s8([2, 30], 0.1, 3), constant([1])], s8([2], 0.05, -3), options(), 2, "int8 rows")
    for name in ["REDUCE_MAX", "REDUCE_MIN"]:
        yield case(name, [s8([2, 3, 5, 8], 0.1, 3), constant([1, 2])], s8([2, 8], 0.1, 3), options(), 2, "int8")
    for name in ["REDUCE_ALL", "REDUCE_ANY"]:
        yield case(name, [truth(2, 3, 4), constant([1])], truth(2, 4), options())
    for name, kind in [("ARG_MAX", "ArgMaxOptions"), ("ARG_MIN", "ArgMinOptions")]:
        yield case(name, [f32(2, 5, 3), constant(-1)], i64(2, 5), (kind, {"outputType": 4}))
        yield case(name, [f32(2, 5, 3), constant(1)], i64(2, 3), (kind, {"outputType": 4}), note="middle axis")
        yield case(name, [s8([2, 30], 0.1, 3), constant(1)], i32(2), (kind, {"outputType": 2}), 2, "int8")
        yield case(name, [u8([2, 30], 0.1, 3), constant(1)], i32(2), (kind, {"outputType": 2}), 1, "uint8")
    for exclusive, reverse in ((False, False), (True, False), (False, True), (True, True)):
        sums = ("CumsumOptions", {"exclusive": exclusive, "reverse": reverse})
        yield case("CUMSUM", [f32(2, 3, 4), constant(-2)], f32(2, 3, 4), sums, note=f"{exclusive:d}{reverse:d}")
    most = ("TopKV2Options", {})
    yield case("TOPK_V2", [f32(3, 10), constant(4)], [f32(3, 4), i32(3, 4)], most)
    yield case("TOPK_V2", [i32(3, 10, low=0, high=3), constant(4)], [i32(3, 4), i32(3, 4)], most, note="ties")
    yield case("TOPK_V2", [s8([3, 100], 0.1, 3), constant(4)], [s8([3, 4], 0.1, 3), i32(3, 4)], most, 2, "int8")


def quantization_cases():
    size = [3, 40]
    steps = [
        (f32(*size), s8(size, 0.03, 3), 1), (f32(*size), u8(size, 0.03, 119), 1), (f32(*size), s16(size, 3e-4), 3),
        (s8(size, 0.1, 3), s8(size, 0.07, -9), 2), (u8(size, 0.1, 3), s8(size, 0.1, -125), 2),
        (s8(size, 0.1, -9), u8(size, 0.1, 119), 2), (s16(size, 1e-3), s8(size, 0.05, -9), 2),
        (s8(size, 0.1, -9), s16(size, 1e-3), 2), (s16(size, 1e-3), Tensor(size, "int32", quantization=(1e-4, 0)), 2),
    ]
    for source, target, version in steps:
        yield case("QUANTIZE", [source], target, None, version, f"{source.kind} to {target.kind}")
    for source, version in ((s8(size, 0.1, 3), 2), (u8(size, 0.1, 3), 1), (s16(size, 0.1), 3)):
        yield case("DEQUANTIZE", [source], f32(*size), None, version, str(source.kind))
    yield case("DEQUANTIZE", [constant(GENERATOR.uniform(-4, 4, (3, 5)), "float16")], f32(3, 5), None, 3, "float16")
    yield case("DEQUANTIZE", [channel_weights([3, 5], 0)], f32(3, 5), None, 5, "channels")
    for bits in (8, 4):
        yield case("FAKE_QUANT", [f32(*size)], f32(*size), ("FakeQuantOptions", {"min": -2.1, "max": 3.3, "numBits": bits}))
    codes = {"float32": 0, "int32": 2, "uint8": 3, "int64": 4, "bool": 6, "int8": 9}
    for source, target in [
        ("float32", "int32"), ("int32", "float32"), ("int8", "float32"), ("float32", "uint8"), ("bool", "float32"),
        ("float32", "bool"), ("int64", "int32"), ("uint8", "int32"),
    ]:
        limits = (0, 100) if target == "uint8" else None
        options = ("CastOptions", {"inDataType": codes[source], "outDataType": codes[target]})
        inputs = [Tensor((3, 4), source, limits=limits)]
        yield case("CAST", inputs, Tensor((3, 4), target), options, note=f"{source} to {target}")


def state_cases():
    def layer(operator, kind, source, target, **fields):
        state = [Tensor((2, 5), "float32", is_variable=True), Tensor((2, 5), "float32", is_variable=True)]
        gates = [weights(5, 3) for _ in range(4)] + [weights(5, 5) for _ in range(4)]
        inputs = [source] + gates + [None] * 3 + [weights(5) for _ in range(4)] + [None] * 2 + state + [None] * 4
        return case(operator, inputs, target, (kind, {"fusedActivationFunction": 4, **fields}))

    sequence = "UnidirectionalSequenceLSTMOptions"
    yield layer("UNIDIRECTIONAL_SEQUENCE_LSTM", sequence, f32(2, 7, 3), f32(2, 7, 5))
    yield layer("UNIDIRECTIONAL_SEQUENCE_LSTM", sequence, f32(7, 2, 3), f32(7, 2, 5), timeMajor=True, cellClip=0.5)
    yield layer("LSTM", "LSTMOptions", f32(2, 3), f32(2, 5))
    inputs = [f32(2, 3), weights(8, 3), weights(8, 4), weights(4), Tensor((2, 32), "float32", is_variable=True)]
    yield case("SVDF", inputs, f32(2, 4), ("SVDFOptions", {"rank": 2, "fusedActivationFunction": 1}))


def detection_cases():
    corners = np.sort(GENERATOR.uniform(0, 1, (20, 2, 2)), axis=1).reshape(20, 4)
    limits = [constant(7), constant(0.4, "float32"), constant(0.2, "float32")]
    inputs = [constant(corners, "float32"), f32(20, low=0, high=1)] + limits
    yield case("NON_MAX_SUPPRESSION_V4", inputs, [i32(7), i32()])
    yield case("NON_MAX_SUPPRESSION_V5", inputs + [constant(0.5, "float32")], [i32(7), f32(7), i32()])


def all_cases():
    for family in (
        unary_cases, normalization_cases, binary_cases, convolution_cases, window_cases, product_cases, shape_cases,
        choice_cases, reduction_cases, quantization_cases, state_cases, detection_cases,
    ):
        yield from family()
