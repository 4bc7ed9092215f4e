#!/usr/bin/env python3
"""What the station of `make run` has in the end, beside what is true: run_summary.py PAGE RUN TRUTH."""

import json
import math
import pathlib
import sys
import urllib.request

# Tracks of one person are parts of the flight; one that is nobody's lies farther away than any error.
SAME_PERSON = 40


def ask(page, folder):
    token = (folder / "station.db.token").read_text().strip()
    login = urllib.request.Request(
        f"{page}/login", json.dumps({"token": token}).encode(),
        {"Content-Type": "application/json", "X-Arete": "1"})
    with urllib.request.urlopen(login) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    with urllib.request.urlopen(urllib.request.Request(f"{page}/api/state", headers={"Cookie": cookie})) as answer:
        return json.load(answer)


def metres(position, place):
    """North and east, from a true place to the one that was told."""
    north = (position["latitude"] - place["latitude"]) * 111_000
    east = (position["longitude"] - place["longitude"]) * 111_320 * math.cos(math.radians(place["latitude"]))
    return north, east


def is_inside(north, east, position):
    ellipse = position["ellipse"]
    if not ellipse:
        return position["error"] is not None and math.hypot(north, east) <= position["error"]
    bearing = math.radians(ellipse["bearing"])
    along = north * math.cos(bearing) + east * math.sin(bearing)
    across = north * math.sin(bearing) - east * math.cos(bearing)
    return (along / ellipse["major"]) ** 2 + (across / ellipse["minor"]) ** 2 <= 1


def main():
    page, folder, truth = sys.argv[1], pathlib.Path(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text())
    state = ask(page, folder)
    # The film begins when the program does, but for the model's loading.
    first = int((folder / "began").read_text())
    frames = truth["frames"]
    found, errors, inside, nobody = set(), [], 0, 0
    placed = [track for track in state["tracks"] if track["position"]]
    for track in placed:
        frame = min(frames, key=lambda frame: abs(frame["time"] * 1000 + first - (track["last"] or 0)))
        offs = [(metres(track["position"], person), person) for person in frame["people"]]
        (north, east), person = min(offs, key=lambda off: math.hypot(*off[0]))
        if math.hypot(north, east) > SAME_PERSON:
            nobody += 1
            continue
        found.add(person["person"])
        errors.append(math.hypot(north, east))
        inside += is_inside(north, east, track["position"])
    carried = json.loads((folder / "thin_link.json").read_text())["there"]
    print(f"make run: {len(found)} of {len(truth['people'])} people are on the map, in {len(placed)} tracks"
          + (f", {nobody} of them nobody's" if nobody else ""))
    if errors:
        errors.sort()
        print(f"          their places are off by {errors[len(errors) // 2]:.1f} m (median), {errors[-1]:.1f} m at most; "
              f"{inside} of {len(errors)} within the ellipses that hold 95 of 100")
    area = (state["area"] or {}).get("squares", {})
    print(f"          {len(state['alerts'])} alerts; {carried['carried_bytes']} bytes in {carried['carried']} packets, "
          f"{carried['lost'] + carried['crowded']} more were lost"
          + (f"; {area['searched_km2'] * 100:.1f} ha searched" if area else ""))


if __name__ == "__main__":
    main()
