"""Brings sizes and sums of index.json up to date with the model files."""

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    index = HERE / "index.json"
    document = json.loads(index.read_text())
    for entry in document["models"]:
        content = (HERE / entry["id"] / "model.onnx").read_bytes()
        preset = (HERE / entry["id"] / "preset.json").read_bytes()
        entry.update(
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            preset_sha256=hashlib.sha256(preset).hexdigest(),
        )
    index.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
