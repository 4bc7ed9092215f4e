"""Tiles of heights as SRTM has them: 1201 posts a side, the north-western first, two bytes each."""

import array
import struct
import sys

SIDE = 1201
VOID = -32_768
# Posts from one ridge to the next, on a parallel: 2 km.
RIDGES = 24


def tile(height):
    """A tile of ridges that run from south-west to north-east, 120 m up and down from a height; slopes are 17 degrees."""
    slope = [height - 120 + 240 * min(post, RIDGES - post) * 2 // RIDGES for post in range(RIDGES)]
    posts = array.array("h")
    line = slope * (SIDE // RIDGES + 2)
    for row in range(SIDE):
        begin = row % RIDGES
        posts.extend(line[begin : begin + SIDE])
    return packed(posts)


def gapped(content, first, last):
    """The same tile without the heights of some columns."""
    gap = struct.pack(">h", VOID) * (last - first)
    rows = (content[begin : begin + 2 * SIDE] for begin in range(0, len(content), 2 * SIDE))
    return b"".join(row[: 2 * first] + gap + row[2 * last :] for row in rows)


def packed(posts):
    if sys.byteorder == "little":
        posts.byteswap()
    return posts.tobytes()


def folder(path, **tiles):
    """Writes tiles by their names into a new folder, and returns it."""
    path.mkdir()
    for name, content in tiles.items():
        (path / f"{name}.hgt").write_bytes(content)
    return path
