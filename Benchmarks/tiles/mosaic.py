#!/usr/bin/env python3
"""Lays four annotated images together into one of twice their sides, so that a detector can be judged on larger pictures.

    mosaic.py ANNOTATIONS.json IMAGES OUT

Writes OUT/mosaic.json (COCO) and the pictures beside it. Images are taken in their order, those of other sizes than the first left out.
"""

import json
import pathlib
import sys

from PIL import Image


def main():
    annotations, images, out = map(pathlib.Path, sys.argv[1:])
    known = json.loads(annotations.read_text(encoding="utf-8"))
    boxes = {}
    for box in known["annotations"]:
        boxes.setdefault(box["image_id"], []).append(box)
    width, height = known["images"][0]["width"], known["images"][0]["height"]
    usable = [image for image in known["images"] if (image["width"], image["height"]) == (width, height)]
    out.mkdir(parents=True, exist_ok=True)
    result = {"images": [], "annotations": [], "categories": known["categories"]}
    for number, first in enumerate(range(0, len(usable) - 3, 4), 1):
        picture = Image.new("L", (2 * width, 2 * height))
        for place, image in enumerate(usable[first:first + 4]):
            left, top = place % 2 * width, place // 2 * height
            picture.paste(Image.open(images / image["file_name"]).convert("L"), (left, top))
            for box in boxes.get(image["id"], []):
                x, y, *sides = box["bbox"]
                result["annotations"].append(
                    box | {"id": len(result["annotations"]) + 1, "image_id": number, "bbox": [x + left, y + top, *sides]})
        name = f"{number:05}.png"
        picture.save(out / name)
        result["images"].append({"id": number, "file_name": name, "width": 2 * width, "height": 2 * height})
    (out / "mosaic.json").write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
