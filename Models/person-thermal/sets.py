"""Writes what person-thermal is judged by beside HIT-UAV's val: the days held back, and val at half its resolution.

python3 Models/person-thermal/sets.py --data .../hit-uav --out out/hit-uav-sets
"""

import argparse
import json
from pathlib import Path

from PIL import Image
from train import HELD_BACK


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    (options.out / "half/val").mkdir(parents=True, exist_ok=True)
    parts = [json.loads((options.data / name).read_text()) for name in ("train.json", "val.json")]
    (options.out / "held-back.json").write_text(json.dumps(held_back(parts)))
    (options.out / "half.json").write_text(json.dumps(halved(parts[1], options.data, options.out / "half")))


def held_back(parts):
    """The frames of the days that nothing was learnt from, of both splits."""
    images = [image for part in parts for image in part["images"] if image["date_captured"] in HELD_BACK]
    kept = {image["id"] for image in images}
    notes = [note for part in parts for note in part["annotations"] if note["image_id"] in kept]
    return {"images": images, "annotations": notes, "categories": parts[0]["categories"]}


def halved(part, data, out):
    for image in part["images"]:
        picture = Image.open(data / image["file_name"]).convert("L").reduce(2)
        image["file_name"] = str(Path(image["file_name"]).with_suffix(".png"))
        image["width"], image["height"] = picture.size
        picture.save(out / image["file_name"])
    for note in part["annotations"]:
        note["bbox"] = [side / 2 for side in note["bbox"]]
        note["area"] /= 4
    return part


if __name__ == "__main__":
    main()
