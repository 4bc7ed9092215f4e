"""Measures a model of this folder with `arete eval`; writes NAME/figures.json and the figures of its card.

python3 Models/figures.py person-thermal --set val VAL.json IMAGES --iou 0.5 --classes Person --float FLOAT.onnx
"""

import argparse
import json
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- figures: Models/figures.py -->", "<!-- end of figures -->"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a folder beside this file")
    parser.add_argument(
        "--set", action="append", nargs=3, required=True, metavar=("NAME", "ANNOTATIONS", "IMAGES"), dest="sets"
    )
    parser.add_argument("--float", type=Path, help="the float model, to compare with")
    parser.add_argument("--iou", default="0.5")
    parser.add_argument("--classes", help="judge these alone")
    parser.add_argument("--ignore-class", help="regions where nothing counts")
    parser.add_argument("--corrupt", help="the set that is judged with all corruptions too")
    parser.add_argument("--arete", default=str(HERE.parent / ".build/release/arete"))
    return parser.parse_args()


def judged(options, model, annotations, images, *further):
    command = [
        options.arete,
        "eval",
        str(model),
        "--annotations",
        annotations,
        "--images",
        images,
        "--iou",
        options.iou,
    ]
    for name in ("classes", "ignore_class"):
        if getattr(options, name):
            command += ["--" + name.replace("_", "-"), getattr(options, name)]
    run = subprocess.run([*command, "--json", *further], capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(run.stderr)
    found = json.loads(run.stdout)
    # Time belongs to a machine, and to `arete bench`.
    del found["latency_ms"]
    return found


def main():
    options = arguments()
    folder = HERE / options.model
    figures = {"sets": {}}
    for name, annotations, images in options.sets:
        print(f"{name} ...", flush=True)
        entry = {"int8": judged(options, folder / "model.onnx", annotations, images)}
        if options.float:
            preset = ["--preset", str(folder / "preset.json")]
            entry["float"] = judged(options, options.float, annotations, images, *preset)
        figures["sets"][name] = entry
        if name == options.corrupt:
            found = judged(options, folder / "model.onnx", annotations, images, "--corrupt", "all")
            figures["robustness"] = {"set": name, "rows": found["robustness"]}
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    card = folder / "card.md"
    before, rest = card.read_text().split(BEGIN)
    card.write_text(before + BEGIN + "\n" + tables(figures, options.iou) + END + rest.split(END)[1])


def percent(value):
    return "-" if value is None else f"{100 * value:.1f}"


def with_range(value, ends):
    return f"{percent(value)} ({percent(ends[0])}-{percent(ends[1])})"


def tables(figures, iou):
    """Shares in percent; in brackets what 95 % of bootstrap samples of the images give, or exact binomial bounds."""
    rows = [(name, kind, found) for name, entry in figures["sets"].items() for kind, found in entry.items()]
    lines = table(
        ["", "", "images, objects", f"mAP at IoU {iou}", "AP 0.5:0.95", "F, precision, recall at the best threshold"],
        [precision_row(*row) for row in rows],
    )
    classes = [entry["label"] for entry in rows[0][2]["per_class"]]
    if len(classes) > 1:
        aps = [
            [name, kind, *(percent(entry["ap_at_iou"]) for entry in found["per_class"])] for name, kind, found in rows
        ]
        lines += ["", *table([f"AP at IoU {iou}", "", *classes], aps)]
    calls = ["recall at 0.1 false calls an image", "at 1"]
    lines += ["", *table(["", "", *calls], [calls_row(*row) for row in rows])]
    if "robustness" in figures:
        lines += ["", *robustness(figures["robustness"])]
    return "\n".join(lines) + "\n"


def precision_row(name, kind, found):
    best = found["best"]
    return [
        name,
        kind,
        f"{found['images']}, {best['truths']}",
        f"**{percent(found['map_at_iou']['map'])}** ({'-'.join(map(percent, found['intervals_95']['map_at_iou']))})",
        with_range(found["ap"], found["intervals_95"]["ap"]),
        f"{percent(best['f1'])}, {percent(best['precision'])}, {percent(best['recall'])} at {best['threshold']:.2f}",
    ]


def calls_row(name, kind, found):
    recalls = [with_range(call["recall"], call["recall_95"]) for call in found["at_false_calls"]]
    return [name, kind, *recalls]


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def robustness(found):
    rows = {}
    for row in found["rows"]:
        rows.setdefault(row["corruption"], []).append(percent(row["map_at_iou"]))
    strengths = [str(row["strength"]) for row in found["rows"][: len(next(iter(rows.values())))]]
    lines = [f"mAP on {found['set']} under corruptions of five strengths:", ""]
    return lines + table(["", *strengths], [[name, *values] for name, values in rows.items()])


if __name__ == "__main__":
    main()
