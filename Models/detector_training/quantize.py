"""Turns the float ONNX file into int8 with `arete quantize`."""

import json
import subprocess

import numpy as np
from PIL import Image

LAST = ("/detector/classes/Conv", "/detector/sides/Conv")  # as the exporter names them


def quantize(arete, source, target, form, folder, pictures):
    """`pictures`: uint8 [h, w(, planes)] of the model's input size, from the training data; kept in `folder`.

    The preset beside `target` says how a picture becomes the input.
    """
    annotations = written(form, folder, pictures)
    wide = [option for name in LAST for option in ("--float", name)] if form.exact_answers else []
    preset = target.parent / "preset.json"
    given = ["--preset", preset, "--calibration", annotations, "--method", "mse", *wide]
    subprocess.run([arete, "quantize", source, *given, "-o", target], check=True)


def written(form, folder, pictures):
    """Writes the pictures as COCO annotations name them. Returns the annotation file."""
    folder.mkdir(parents=True, exist_ok=True)
    images = []
    for number, picture in enumerate(pictures, 1):
        parts = np.split(picture, len(form.inputs), axis=-1)
        files = dict(zip(("file_name", "template"), (f"{number:03}.png", f"{number:03}-template.png")[: len(parts)]))
        for name, part in zip(files.values(), parts):
            Image.fromarray(part.squeeze()).save(folder / name)
        images.append({"id": number, **files, "width": picture.shape[1], "height": picture.shape[0]})
    path = folder / "annotations.json"
    path.write_text(json.dumps({"images": images, "annotations": [], "categories": [{"id": 1, "name": "any"}]}))
    return path
