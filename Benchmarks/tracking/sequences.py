"""Sequences in the MOTChallenge layout: what is there, what was detected, and the pictures where they are at hand."""

import configparser
import dataclasses
import pathlib

import numpy


@dataclasses.dataclass
class Sequence:
    """One sequence; boxes are left, top, width, height in pixels, and the first list entry is frame 1."""

    name: str
    folder: pathlib.Path
    rate: float
    width: int
    height: int
    truth: list
    detections: list

    @property
    def pictures(self):
        """The pictures' files in the order of the frames; none where the sequence has only text."""
        return sorted((self.folder / "img1").glob("*.jpg"))


def read(folder):
    """The sequence of a folder with seqinfo.ini, gt.txt and det.txt."""
    info = configparser.ConfigParser()
    info.read(folder / "seqinfo.ini")
    info = info["Sequence"]
    frames = int(info["seqLength"])
    return Sequence(
        folder.name, folder, float(info["frameRate"]), int(info["imWidth"]), int(info["imHeight"]),
        rows(folder / "gt.txt", frames), rows(folder / "det.txt", frames))


def rows(path, frames):
    """An array of id, left, top, width, height, score for each frame."""
    table = numpy.loadtxt(path, delimiter=",", ndmin=2) if path.stat().st_size else numpy.empty((0, 7))
    return [table[table[:, 0] == frame][:, 1:7] for frame in range(1, frames + 1)]


def write(folder, name, sequence_rows, with_ids):
    """Writes one file of rows as `rows` gives them."""
    with open(folder / name, "w", encoding="utf-8") as file:
        for frame, boxes in enumerate(sequence_rows, 1):
            for row in boxes:
                identity = int(row[0]) if with_ids else -1
                file.write(f"{frame},{identity}," + ",".join(f"{value:.2f}" for value in row[1:6]) + ",-1,-1,-1\n")
