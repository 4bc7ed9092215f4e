"""Turns the float ONNX file into int8 QDQ: weights per channel, activations uint8."""

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from .picture import planes

PIXELS, SCORES = 1 / 255, 1 / 256  # steps of what has a range of its own, whatever calibration sees


def fixed(step):
    return [{"scale": np.array(step, np.float32), "zero_point": np.array(0, np.uint8)}]


class Pictures(CalibrationDataReader):
    def __init__(self, form, pictures):
        self.feed = (feed(form, picture) for picture in pictures)

    def get_next(self):
        return next(self.feed, None)


def feed(form, picture):
    """The network's inputs by name, each [1, colours, h, w]."""
    values = planes(picture)[None].astype(np.float32) / 255
    return dict(zip(form.inputs, np.split(values, len(form.inputs), axis=1)))


def quantize(source, target, form, pictures, method=CalibrationMethod.MinMax):
    """`pictures`: uint8 [h, w(, planes)] of the model's input size, from the training data."""
    quantize_static(
        str(source),
        str(target),
        Pictures(form, pictures),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=method,
        extra_options={
            "TensorQuantOverrides": {**{name: fixed(PIXELS) for name in form.inputs}, "heatmap": fixed(SCORES)}
        },
    )
    named(target)


def named(path):
    """Gives the file a producer, drops what only the exporter needed, and keeps constants with the other tensors."""
    model = onnx.load(path)
    for node in [node for node in model.graph.node if node.op_type == "Constant"]:
        tensor = node.attribute[0].t
        tensor.name = node.output[0]
        model.graph.initializer.append(tensor)
        model.graph.node.remove(node)
    model.producer_name, model.producer_version, model.doc_string = "detector_training", "", ""
    for node in model.graph.node:
        node.doc_string = ""
    del model.graph.value_info[:]
    onnx.checker.check_model(onnx.shape_inference.infer_shapes(model))
    onnx.save(model, path)
