"""How good tracks are: MOTA and IDF1 as motmetrics has them, HOTA as trackeval has it. Every object counts."""

import motmetrics
import numpy
import trackeval

# Overlap from which a track is on an object, for MOTA and IDF1.
OVERLAP = 0.5


def overlaps(first, second):
    """Shared over joint area of each box with each."""
    if not len(first) or not len(second):
        return numpy.zeros((len(first), len(second)))
    ends_first, ends_second = first[:, :2] + first[:, 2:], second[:, :2] + second[:, 2:]
    starts = numpy.maximum(first[:, None, :2], second[None, :, :2])
    sides = numpy.minimum(ends_first[:, None], ends_second[None]) - starts
    shared = numpy.prod(numpy.maximum(sides, 0), axis=2)
    areas = numpy.prod(first[:, 2:], axis=1)[:, None] + numpy.prod(second[:, 2:], axis=1)[None]
    return shared / numpy.maximum(areas - shared, 1e-9)


def judged(truth, tracks):
    """Percentages and counts by name. Both are lists of arrays with id, left, top, width, height in each row."""
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for there, found in zip(truth, tracks):
        distance = 1 - overlaps(there[:, 1:5], found[:, 1:5])
        distance[distance > 1 - OVERLAP] = numpy.nan
        accumulator.update(there[:, 0].astype(int), found[:, 0].astype(int), distance)
    names = ["mota", "idf1", "num_switches", "num_false_positives", "num_misses"]
    summary = motmetrics.metrics.create().compute(accumulator, metrics=names, name="sequence").iloc[0]
    hota = higher_order(truth, tracks)
    return {
        "MOTA": 100 * summary["mota"], "IDF1": 100 * summary["idf1"], **hota,
        "switches": int(summary["num_switches"]), "false": int(summary["num_false_positives"]),
        "missed": int(summary["num_misses"]),
        "tracks": len(set(numpy.concatenate([found[:, 0] for found in tracks]))),
    }


def higher_order(truth, tracks):
    """HOTA, DetA and AssA, the mean over overlaps of 0.05 to 0.95."""
    def places(frames):
        known = {identity: place for place, identity in enumerate(sorted({i for rows in frames for i in rows[:, 0]}))}
        return len(known), [numpy.array([known[i] for i in rows[:, 0]], int) for rows in frames]

    truth_count, truth_ids = places(truth)
    track_count, track_ids = places(tracks)
    result = trackeval.metrics.HOTA().eval_sequence({
        "num_gt_dets": sum(map(len, truth)), "num_tracker_dets": sum(map(len, tracks)),
        "num_gt_ids": truth_count, "num_tracker_ids": track_count, "gt_ids": truth_ids, "tracker_ids": track_ids,
        "similarity_scores": [overlaps(a[:, 1:5], b[:, 1:5]) for a, b in zip(truth, tracks)]})
    return {name: 100 * float(numpy.mean(result[name])) for name in ["HOTA", "DetA", "AssA"]}
