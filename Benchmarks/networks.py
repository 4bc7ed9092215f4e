"""The float networks that the benchmark measures, with seeded random weights: ResNet-50, MobileNetV2 and YOLOv8n as
ONNX.

Layers are those of the published networks as exporters write them: batch normalization is part of each convolution's
weights. That normalization is done for real, on a picture, so that activations vary from place to place as in a
trained network; what the weights would recognise does not matter for time.
"""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


class Network:
    """Collects nodes and weights, and counts multiply-accumulates. Values are named by the node that computes them."""

    def __init__(self, name, size, seed):
        self.name = name
        self.random = np.random.default_rng(seed)
        self.nodes = []
        self.tensors = {}
        self.macs = 0
        self.shapes = {"images": (3, size, size)}
        # Deviation and mean that each normalized convolution leaves its channels, by node.
        self.normalization = {}

    def constant(self, name, value):
        self.tensors[name] = np.ascontiguousarray(value) if np.ndim(value) else np.asarray(value)
        return name

    def node(self, kind, inputs, name, shape=None, outputs=None, **attributes):
        outputs = outputs or [name]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=name, **attributes))
        self.shapes[outputs[0]] = shape
        return outputs[0]

    def conv(self, x, channels, kernel, name, stride=1, groups=1, activation="none", scale=1.0, bias=0.0):
        """A padded convolution with folded normalization; `scale`, `bias`: of its channels' deviation and mean."""
        depth, height, width = self.shapes[x]
        fan_in = depth // groups * kernel * kernel
        weights = self.random.normal(0, np.sqrt(1 / fan_in), (channels, depth // groups, kernel, kernel))
        self.normalization[name] = (
            scale * self.random.uniform(0.5, 1.5, channels),
            bias + scale * self.random.normal(0, 0.3, channels),
        )
        pad = kernel // 2
        out = (height + 2 * pad - kernel) // stride + 1, (width + 2 * pad - kernel) // stride + 1
        self.macs += channels * fan_in * out[0] * out[1]
        inputs = [x, self.constant(name + ".weight", weights.astype(np.float32))]
        inputs.append(self.constant(name + ".bias", np.zeros(channels, np.float32)))
        y = self.node(
            "Conv",
            inputs,
            name,
            (channels, *out),
            kernel_shape=[kernel] * 2,
            strides=[stride] * 2,
            pads=[pad] * 4,
            group=groups,
            dilations=[1, 1],
        )
        return self.activate(y, activation)

    def activate(self, x, activation):
        shape = self.shapes[x]
        if activation == "relu":
            return self.node("Relu", [x], x + ".relu", shape)
        if activation == "relu6":
            bounds = [self.constant("relu6.low", np.float32(0)), self.constant("relu6.high", np.float32(6))]
            return self.node("Clip", [x, *bounds], x + ".relu6", shape)
        if activation == "silu":
            gate = self.node("Sigmoid", [x], x + ".sigmoid", shape)
            return self.node("Mul", [x, gate], x + ".silu", shape)
        return x

    def normalize(self, picture):
        """Runs the network node by node and folds normalization over the picture's places into each convolution."""
        values = {"": None, "images": picture, **self.tensors}
        for node in self.nodes:
            results = run_node(node, [values[name] for name in node.input])
            if node.name in self.normalization:
                (y,), (deviation, mean) = results, self.normalization[node.name]
                factor = deviation / (y.std(axis=(0, 2, 3)) + 1e-3)
                shift = mean - y.mean(axis=(0, 2, 3)) * factor
                weight, bias = node.input[1:]
                self.tensors[weight] = (self.tensors[weight] * factor[:, None, None, None]).astype(np.float32)
                self.tensors[bias] = shift.astype(np.float32)
                results = [(y * factor[:, None, None] + shift[:, None, None]).astype(np.float32)]
            values.update(zip(node.output, results))

    def max_pool(self, x, kernel, stride, name):
        channels, height, width = self.shapes[x]
        pad = kernel // 2
        out = (height + 2 * pad - kernel) // stride + 1, (width + 2 * pad - kernel) // stride + 1
        return self.node(
            "MaxPool", [x], name, (channels, *out), kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4
        )

    def add(self, a, b, name):
        return self.node("Add", [a, b], name, self.shapes[a])

    def concat(self, values, name):
        channels = sum(self.shapes[value][0] for value in values)
        return self.node("Concat", values, name, (channels, *self.shapes[values[0]][1:]), axis=1)

    def classifier(self, x, classes, name):
        """Mean over the image, then a fully connected layer."""
        channels = self.shapes[x][0]
        pooled = self.node("GlobalAveragePool", [x], "pool", (channels, 1, 1))
        flat = self.node("Flatten", [pooled], "flatten", (channels,), axis=1)
        weights = self.random.normal(0, np.sqrt(2 / channels), (classes, channels)).astype(np.float32)
        biases = self.random.normal(0, 0.3, classes).astype(np.float32)
        self.macs += classes * channels
        inputs = [flat, self.constant(name + ".weight", weights), self.constant(name + ".bias", biases)]
        return self.node("Gemm", inputs, name, (classes,), transB=1)

    def model(self, output, shape):
        image = [1, *self.shapes["images"]]
        graph = helper.make_graph(
            self.nodes,
            self.name,
            [helper.make_tensor_value_info("images", TensorProto.FLOAT, image)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
            [numpy_helper.from_array(value, name) for name, value in self.tensors.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        model.producer_name = "arete-benchmarks"
        onnx.checker.check_model(model)
        return model


def run_node(node, arrays):
    """The results of one node alone."""
    inputs = {name: array for name, array in zip(node.input, arrays) if name}
    graph = helper.make_graph(
        [node],
        "node",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in inputs.items()
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in node.output],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def resnet50(picture, seed=50):
    """ResNet-50 v1.5 (the stride is in the 3x3 convolution), 224 x 224, 1000 classes."""
    net = Network("resnet50_224", 224, seed)
    x = net.conv("images", 64, 7, "stem", stride=2, activation="relu")
    x = net.max_pool(x, 3, 2, "stem.pool")
    for stage, (blocks, width, stride) in enumerate([(3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)], 1):
        for block in range(blocks):
            name = f"layer{stage}.{block}"
            step = stride if block == 0 else 1
            y = net.conv(x, width, 1, name + ".conv1", activation="relu")
            y = net.conv(y, width, 3, name + ".conv2", stride=step, activation="relu")
            y = net.conv(y, 4 * width, 1, name + ".conv3", scale=0.5)
            if block == 0:
                x = net.conv(x, 4 * width, 1, name + ".downsample", stride=step, scale=0.8)
            x = net.activate(net.add(x, y, name + ".add"), "relu")
    output = net.classifier(x, 1000, "logits")
    net.normalize(picture)
    return net.model(output, [1, 1000]), net.macs


def mobilenet_v2(picture, seed=20):
    """MobileNetV2 1.0, 224 x 224, 1000 classes."""
    net = Network("mobilenet_v2_224", 224, seed)
    x = net.conv("images", 32, 3, "stem", stride=2, activation="relu6")
    stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    index = 0
    for expansion, channels, blocks, stride in stages:
        for block in range(blocks):
            index += 1
            name = f"block{index}"
            step = stride if block == 0 else 1
            depth = net.shapes[x][0]
            y = x
            if expansion > 1:
                y = net.conv(y, depth * expansion, 1, name + ".expand", activation="relu6")
            width = net.shapes[y][0]
            y = net.conv(y, width, 3, name + ".depthwise", stride=step, groups=width, activation="relu6")
            residual = step == 1 and depth == channels
            y = net.conv(y, channels, 1, name + ".project", scale=0.5 if residual else 1)
            x = net.add(x, y, name + ".add") if residual else y
    x = net.conv(x, 1280, 1, "head", activation="relu6")
    output = net.classifier(x, 1000, "logits")
    net.normalize(picture)
    return net.model(output, [1, 1000]), net.macs


def yolov8n(picture, size=640, seed=8):
    """YOLOv8n with its whole head: 84 rows (box centre and size in pixels, 80 class scores) for each of 8400 places."""
    net = Network(f"yolov8n_{size}", size, seed)

    def conv(x, channels, kernel, name, stride=1, scale=1.0):
        return net.conv(x, channels, kernel, name, stride=stride, activation="silu", scale=scale)

    def c2f(x, channels, repeats, name, shortcut):
        half = channels // 2
        y = conv(x, channels, 1, name + ".cv1")
        parts = [name + ".split.0", name + ".split.1"]
        sizes = net.constant(name + ".split.sizes", np.array([half, half], np.int64))
        net.node("Split", [y, sizes], name + ".split", outputs=parts, axis=1)
        for part in parts:
            net.shapes[part] = (half, *net.shapes[y][1:])
        for repeat in range(repeats):
            inner = f"{name}.m.{repeat}"
            z = conv(parts[-1], half, 3, inner + ".cv1")
            z = conv(z, half, 3, inner + ".cv2")
            parts.append(net.add(parts[-1], z, inner + ".add") if shortcut else z)
        return conv(net.concat(parts, name + ".concat"), channels, 1, name + ".cv2")

    def upsample(x, name):
        channels, height, width = net.shapes[x]
        scales = net.constant(name + ".scales", np.array([1, 1, 2, 2], np.float32))
        return net.node(
            "Resize",
            [x, "", scales],
            name,
            (channels, 2 * height, 2 * width),
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    x = conv("images", 16, 3, "model.0", stride=2)
    x = conv(x, 32, 3, "model.1", stride=2)
    x = c2f(x, 32, 1, "model.2", True)
    x = conv(x, 64, 3, "model.3", stride=2)
    p3 = x = c2f(x, 64, 2, "model.4", True)
    x = conv(x, 128, 3, "model.5", stride=2)
    p4 = x = c2f(x, 128, 2, "model.6", True)
    x = conv(x, 256, 3, "model.7", stride=2)
    x = c2f(x, 256, 1, "model.8", True)
    x = conv(x, 128, 1, "model.9.cv1")
    pools = [x]
    for index in range(3):
        pools.append(net.max_pool(pools[-1], 5, 1, f"model.9.m.{index}"))
    p5 = x = conv(net.concat(pools, "model.9.concat"), 256, 1, "model.9.cv2")
    x = net.concat([upsample(x, "model.10"), p4], "model.11")
    p4 = x = c2f(x, 128, 1, "model.12", False)
    x = net.concat([upsample(x, "model.13"), p3], "model.14")
    p3 = x = c2f(x, 64, 1, "model.15", False)
    x = net.concat([conv(x, 64, 3, "model.16", stride=2), p4], "model.17")
    p4 = x = c2f(x, 128, 1, "model.18", False)
    x = net.concat([conv(x, 128, 3, "model.19", stride=2), p5], "model.20")
    p5 = c2f(x, 256, 1, "model.21", False)
    output = yolov8_head(net, conv, [p3, p4, p5], size)
    net.normalize(picture)
    return net.model(output, [1, 84, 8400 * size * size // 640**2]), net.macs


def yolov8_head(net, conv, levels, size, classes=80, bins=16):
    """Boxes as distributions over `bins` distances to each side (DFL), decoded to centre and size in pixels."""
    flat = []
    for index, level in enumerate(levels):
        box = conv(level, 64, 3, f"model.22.cv2.{index}.0")
        box = conv(box, 64, 3, f"model.22.cv2.{index}.1")
        box = net.conv(box, 4 * bins, 1, f"model.22.cv2.{index}.2", bias=1.0)
        score = conv(level, classes, 3, f"model.22.cv3.{index}.0")
        score = conv(score, classes, 3, f"model.22.cv3.{index}.1")
        score = net.conv(score, classes, 1, f"model.22.cv3.{index}.2", bias=-4.0)
        both = net.concat([box, score], f"model.22.concat.{index}")
        channels, height, width = net.shapes[both]
        shape = net.constant(f"model.22.shape.{index}", np.array([1, channels, height * width], np.int64))
        flat.append(net.node("Reshape", [both, shape], f"model.22.reshape.{index}", (channels, height * width)))
    places = sum(net.shapes[value][1] for value in flat)
    joined = net.node("Concat", flat, "model.22.concat", (4 * bins + classes, places), axis=2)

    sizes = net.constant("model.22.split.sizes", np.array([4 * bins, classes], np.int64))
    net.node("Split", [joined, sizes], "model.22.split", outputs=["model.22.box", "model.22.cls"], axis=1)
    shape = net.constant("model.22.dfl.shape", np.array([1, 4, bins, places], np.int64))
    x = net.node("Reshape", ["model.22.box", shape], "model.22.dfl.reshape")
    x = net.node("Transpose", [x], "model.22.dfl.transpose", perm=[0, 2, 1, 3])
    x = net.node("Softmax", [x], "model.22.dfl.softmax", axis=1)
    distances = net.constant("model.22.dfl.weight", np.arange(bins, dtype=np.float32).reshape(1, bins, 1, 1))
    x = net.node("Conv", [x, distances], "model.22.dfl.conv", kernel_shape=[1, 1])
    net.macs += 4 * places * bins
    shape = net.constant("model.22.dfl.flat", np.array([1, 4, places], np.int64))
    x = net.node("Reshape", [x, shape], "model.22.dfl.distances")

    anchors, strides = [], []
    for level in levels:
        _, height, width = net.shapes[level]
        y, x_ = np.meshgrid(np.arange(height) + 0.5, np.arange(width) + 0.5, indexing="ij")
        anchors.append(np.stack([x_.ravel(), y.ravel()]))
        strides.append(np.full(height * width, size / height))
    anchors = net.constant("model.22.anchors", np.concatenate(anchors, 1).astype(np.float32)[None])
    strides = net.constant("model.22.strides", np.concatenate(strides).astype(np.float32)[None, None])
    halves = net.constant("model.22.halves", np.array([2, 2], np.int64))
    net.node("Split", [x, halves], "model.22.sides", outputs=["model.22.near", "model.22.far"], axis=1)
    low = net.node("Sub", [anchors, "model.22.near"], "model.22.low")
    high = net.node("Add", [anchors, "model.22.far"], "model.22.high")
    total = net.node("Add", [low, high], "model.22.sum")
    two = net.constant("model.22.two", np.float32(2))
    centre = net.node("Div", [total, two], "model.22.centre")
    extent = net.node("Sub", [high, low], "model.22.extent")
    box = net.node("Concat", [centre, extent], "model.22.boxes", axis=1)
    box = net.node("Mul", [box, strides], "model.22.pixels")
    score = net.node("Sigmoid", ["model.22.cls"], "model.22.scores")
    return net.node("Concat", [box, score], "output", axis=1)
