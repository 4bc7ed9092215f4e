"""The figures of a benchmark run as Markdown."""

import math

from engines import TITLES

PEERS = ["litert", "onnxruntime", "openvino"]
STATISTIC = {
    1: "10th percentile of processor time per run, in milliseconds; medians of wall time in brackets",
    2: "lowest wall time of a run, in milliseconds; medians of wall time in brackets",
}


def table(head, rows):
    """Numbers to the right, the first column to the left."""
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def short(value):
    """Three digits that count."""
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:.0f}"
    digits = 1 if value >= 10 else 2 - math.floor(math.log10(max(value, 1e-6)))
    return f"{value:.{digits}f}"


def time_of(entry, name):
    """The figure that ratios are made of: processor time with one thread, wall time with several."""
    figures = entry["engines"].get(name)
    return figures and figures["cpu_p10_ms" if entry["threads"] == 1 else "wall_min_ms"]


def best_peer(entry):
    times = {name: time_of(entry, name) for name in PEERS if time_of(entry, name)}
    return min(times, key=times.get) if times else None


def ratio(entry):
    peer = best_peer(entry)
    return time_of(entry, peer) / time_of(entry, "arete") if peer and time_of(entry, "arete") else None


def verdict(value, floor, goal):
    if value is None:
        return "-"
    return "goal" if value >= goal else "floor" if value >= floor else "**below**"


def cell(entry, name, best):
    figures = entry["engines"].get(name)
    if not figures:
        return "cannot" if name in entry["errors"] else "-"
    text = f"{short(time_of(entry, name))} ({short(figures['wall_p50_ms'])})" + ("~" if figures["noisy"] else "")
    return f"**{text}**" if name == best else text


def speed(entries):
    rows = []
    for entry in entries:
        peer = best_peer(entry)
        ours = time_of(entry, "arete")
        floor, goal = entry["ratios"]
        value = ratio(entry)
        peak, macs = entry["peak_gmacs_per_s"], entry["macs"]
        share = (
            f"{macs / (ours * 1e6) / (peak * entry['threads']):.0%}"
            if ours and peak and macs and not entry["float"]
            else "-"
        )
        rows.append(
            [entry["model"], f"{macs / 1e9:.3g}" if macs else "-"]
            + [cell(entry, name, peer) for name in PEERS]
            + [
                cell(entry, "arete", None),
                f"{value:.2f}x" if value else "-",
                f"{floor}x",
                f"{goal}x",
                verdict(value, floor, goal),
                share,
            ]
        )
    titles = [TITLES[name] for name in PEERS]
    return table(
        ["model", "GMAC", *titles, "Arete", "best peer / Arete", "floor", "goal", "", "of the int8 peak"], rows
    )


def scaling(entries, alone):
    """Several threads against one: each engine's own gain."""
    rows = []
    for entry in entries:
        single = alone.get(entry["model"])
        if not single:
            continue
        cells = []
        for name in [*PEERS, "arete"]:
            both = single["engines"].get(name), entry["engines"].get(name)
            cells.append(f"{both[0]['wall_min_ms'] / both[1]['wall_min_ms']:.2f}x" if all(both) else "-")
        rows.append([entry["model"], *cells])
    return table(["model", *(TITLES[name] for name in PEERS), "Arete"], rows)


def starts(entries):
    rows = []
    for entry in entries:
        cells = []
        for name in [*PEERS, "arete", "arete warm"]:
            start = entry["starts"].get(name)
            cells.append(f"{short(start['first_cpu_ms'])}, {start['added_bytes'] / 2**20:.1f}" if start else "-")
        ours = entry["starts"].get("arete")
        theirs = [entry["starts"][name] for name in PEERS if name in entry["starts"]]
        for key in ("first_cpu_ms", "added_bytes"):
            least = min((start[key] for start in theirs), default=None)
            cells.append(f"{ours[key] / least:.2f}" if ours and least else "-")
        rows.append([entry["model"], *cells])
    head = ["model", *(TITLES[name] for name in PEERS), "Arete", "Arete, warm cache", "time / least", "memory / least"]
    return table(head, rows)


def tails(entries):
    rows = []
    for entry in entries:
        cells = []
        for name in [*PEERS, "arete"]:
            figures = entry["engines"].get(name)
            text = f"{figures['wall_p99_ms'] / figures['wall_p50_ms']:.2f}" if figures else "-"
            if name in entry["paced_cpu_ms"]:
                text += f", {short(entry['paced_cpu_ms'][name])}"
            cells.append(text)
        rows.append([entry["model"], *cells])
    return table(["model", *(TITLES[name] for name in PEERS), "Arete"], rows)


def against_float(entries, alone):
    rows = []
    for entry in entries:
        twin = alone.get(entry["float_twin"])
        if not twin:
            continue
        cells = []
        for name in [*PEERS, "arete"]:
            both = time_of(twin, name), time_of(entry, name)
            cells.append(f"{both[0] / both[1]:.2f}x" if all(both) else "-")
        rows.append([entry["model"], entry["float_twin"], *cells])
    return table(["model", "float network", *(TITLES[name] for name in PEERS), "Arete"], rows) if rows else None


def start_section(entries):
    return [
        "",
        "### Load to first result, memory added",
        "",
        "Processor milliseconds from the file to the first result in a fresh process whose library is loaded; MiB "
        "of proportional set size that this added; medians.",
        "",
        starts(entries),
    ]


def markdown(document):
    passes = f"{document['passes']} passes of {document['rounds']} slices of {document['slice_seconds']} s each"
    lines = [
        "# Arete beside other runtimes",
        "",
        f"{document['processor']}, {document['processors']} processors, Linux {document['kernel']}, {document['date']}.",
        ", ".join(document["versions"].values()) + ".",
        f"{passes}, all engines in turns; load average at the end {document['load_average'][0]:.1f}.",
    ]
    if document["isa"]:
        lines += ["", f"Limited to {document['isa']}: how, and which peers cannot be, is told in docs/benchmarks.md."]
    counts = sorted({entry["threads"] for entry in document["models"]})
    alone = {entry["model"]: entry for entry in document["models"] if entry["threads"] == 1 and entry["engines"]}
    if not alone and any(entry["starts"] for entry in document["models"]):
        lines += start_section([entry for entry in document["models"] if entry["starts"]])
    for threads in counts:
        entries = [entry for entry in document["models"] if entry["threads"] == threads and entry["engines"]]
        if not entries:
            continue
        lines += ["", f"## {threads} thread{'s' if threads > 1 else ''}", "", STATISTIC[min(threads, 2)] + ".", ""]
        lines.append(speed(entries))
        if threads > 1 and alone:
            lines += ["", f"Lowest wall time of 1 thread / of {threads}:", "", scaling(entries, alone)]
            continue
        if any(entry["starts"] for entry in entries):
            lines += start_section(entries)
        paced = (
            f", processor milliseconds a frame at {document['frame_rate']:g} frames a second"
            if document["frame_rate"]
            else ""
        )
        lines += [
            "",
            "### Tail",
            "",
            f"99th / 50th percentile of wall time{paced}. Means something on an idle core only.",
            "",
            tails(entries),
        ]
        floats = against_float(entries, alone)
        if floats:
            lines += ["", "### int8 against the same engine's float", "", floats]
    errors = {(entry["model"], name): text for entry in document["models"] for name, text in entry["errors"].items()}
    if errors:
        lines += ["", "## What could not run", ""]
        lines += [f"- {model}, {TITLES[name]}: {text}" for (model, name), text in errors.items()]
    if document["skipped"]:
        lines += ["", "## Skipped", ""] + [f"- {line}" for line in document["skipped"]]
    return "\n".join(lines)
