"""Writes the part of DeepPCB's test that shows boards of which `trainval` has no picture.

python3 Models/pcb-defect-deeppcb/sets.py --data .../deeppcb --out out/unseen.json
"""

import argparse
import json
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    learnt, test = (json.loads((options.data / name).read_text()) for name in ("trainval.json", "test.json"))
    seen = {image["board"] for image in learnt["images"]}
    images = [image for image in test["images"] if image["board"] not in seen]
    kept = {image["id"] for image in images}
    notes = [note for note in test["annotations"] if note["image_id"] in kept]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({**test, "images": images, "annotations": notes}))


if __name__ == "__main__":
    main()
