"""The page of a station that knows the ground: shading, errors' ellipses, searched ground, and terrain that is damaged."""

import argparse
import json
import re
import signal
import socket
import subprocess
import time

import canvas
import senders
import terrain
from autopilot import Autopilot
from drive import Drive
from gdal import feature_count
from selenium.webdriver.common.keys import Keys
from service import Station, free_port

# Metres, and degrees from north over east.
MAJOR, MINOR, BEARING = 100, 25, 30
# Metres above the middle of the slopes.
HEIGHT = 300
# Degrees from the left to the right of the picture.
VIEW = 60
# The columns of posts around where the drone flies.
GAP = (320, 348)
HERE, BESIDE = "N24E121", "N24E120"


class GroundDrive(Drive):
    """Checks of a page of a station of its own, with --terrain."""

    def __init__(self, options, folder, children):
        folder.mkdir()
        self.folder, self.children = folder, children
        self.autopilot = self.run_process = None
        super().__init__(argparse.Namespace(**vars(options)))
        self.slopes = terrain.tile(senders.GROUND)
        self.station = self.open_station(options.arete)
        self.hut = senders.Sender(options.arete, folder, "hut", f"udp:127.0.0.1:{self.station.udp}", children)
        self.station.start()
        page = self.station.command[self.station.command.index("--page") + 1]
        self.options.url, self.options.token = f"http://{page}/", self.station.token

    def open_station(self, arete):
        drone = self.folder / "drone.pairing"
        subprocess.run([arete, "link", "pair", "drone", "-o", drone], check=True, stdout=subprocess.DEVNULL)
        whole = terrain.folder(self.folder / "whole", **{HERE: self.slopes})
        page = f"127.0.0.1:{free_port(socket.SOCK_STREAM)}"
        pairings = [drone, self.folder / "hut.pairing"]
        return Station(arete, self.folder / "station", self.children, page, pairings, ["--terrain", whole])

    def names(self):
        return ["check_token_in_address", *(name for name in vars(GroundDrive) if name.startswith("check_"))]

    def stop(self):
        super().stop()
        if self.autopilot:
            self.autopilot.stop()
        self.autopilot = None

    def search(self):
        """A drone that flies with a camera that looks down."""
        altitude = senders.GROUND + HEIGHT
        self.autopilot = Autopilot(senders.LATITUDE, senders.LONGITUDE, altitude, radius=300, gimbal=(-80, VIEW))
        looks = {"view": VIEW, "mount": "gimbal", "terrain": str(self.folder / "whole")}
        to = f"udp:127.0.0.1:{self.station.udp}"
        pairing = self.folder / "drone.pairing"
        run = senders.pipeline(self.folder, pairing, to, self.autopilot.port, 600, geolocation=looks)
        with open(self.folder / "run.log", "wb") as log:
            command = [self.options.arete, "run", run]
            self.run_process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        self.children.append(self.run_process)

    def land(self):
        self.run_process.send_signal(signal.SIGTERM)
        self.run_process.wait(timeout=20)
        self.autopilot.stop()
        self.autopilot = None

    def zoom_out(self):
        self.run("document.getElementById('map').focus()")
        for _ in range(4):
            self.press("-")

    def check_ellipse(self):
        """a place's ellipse is drawn as long, as wide and turned as it was told, and said in words"""
        shape = {"major": MAJOR, "minor": MINOR, "bearing": BEARING}
        each = senders.track(1, senders.place(0, 0, error=MAJOR, ellipse=shape))
        self.hut.send([senders.frame(0, [each]), senders.frame(0.5, [each])])
        self.until(lambda: len(self.state()["tracks"]) == 1, 10, "the detection comes")
        self.find("#fit").click()
        time.sleep(1)
        found = canvas.made_by(self, "ellipses", bearing=BEARING)
        assert found["count"] > 200, found
        assert abs(found["along"] / found["across"] / (MAJOR / MINOR) - 1) < 0.2, found
        self.shot("ellipse")
        self.open_first()
        told = re.search(r"over (\d+) m towards (\d+)° \w+, over (\d+) m across", self.text("#detail"))
        assert told, self.text("#detail")
        major, bearing, minor = (int(each) for each in told.groups())
        # Both are told in steps.
        assert 200 <= major <= 240 and 50 <= minor <= 60 and abs(bearing - BEARING) <= 6, told.group()
        self.press(Keys.ESCAPE)

    def check_shading(self):
        """the ground is shaded, and flat colour without its layer"""
        self.zoom_out()
        self.until(lambda: canvas.made_by(self, "terrain")["part"] > 0.9, 30, "all ground is drawn")
        assert canvas.spread(self) > 6, f"{canvas.spread(self)}: slopes are lit and in the shade"
        self.shot("terrain")
        assert canvas.grey(self) < 0.01, f"{canvas.grey(self)} is striped"
        lit = canvas.spread(self)
        canvas.show_only(self)
        assert canvas.spread(self) < lit / 2, (canvas.spread(self), lit)

    def check_height(self):
        """a place that is touched tells how high its ground is"""
        self.run("document.getElementById('map').focus()")
        self.press(" ")
        self.until(lambda: self.shown("#place") and "m" in self.text("#place .position-note"), 10, "it has a height")
        height = int("".join(each for each in self.text("#place .position-note") if each.isdigit()))
        assert abs(height - senders.GROUND) <= 130, height
        self.press(Keys.ESCAPE)

    def check_text(self):
        """what a box says in words is shown with its link"""
        lines = list(senders.walkers(1, 20, 11, first=50, spread=100))
        sending = self.hut.start(lines)
        self.until(lambda: len(self.state()["tracks"]) == 2, 10, "another detection comes")
        # It keeps no pictures, and says so when it is asked for one.
        track = max(self.state()["tracks"], key=lambda each: int(each["id"].split("/")[1]))["id"]
        self.run("document.getElementById('tab-detections').click()")
        self.run("document.querySelector('[data-filter=all]').click()")
        row = "return document.querySelector(`.row[data-id='${arguments[0]}']`)"
        self.until(lambda: self.run(row, track), 10, "it has a row")
        self.run(f"{row}.click()", track)
        self.until(lambda: self.shown(".ask-row"), 5, "its detail is open")
        self.press("b")
        self.run("document.getElementById('tab-links').click()")
        self.until(lambda: "no pictures are kept" in self.text("#links"), 30, "the box's line is shown")
        self.shot("text")
        sending.wait(timeout=120)

    def check_searched(self):
        """what a camera searched lies on the map, and its exports tell as much ground as the page"""
        assert not self.state()["area"] and not self.run("return document.querySelector('[data-kind=area]')")
        canvas.show_only(self, *canvas.LAYERS)
        self.search()
        self.until(lambda: self.state()["area"], 60, "ground is searched")
        self.until(lambda: self.shown("#area-legend"), 10, "the legend is shown")
        # A minute is a third of the circle.
        self.until(lambda: self.state()["area"]["squares"]["searched_km2"] > 0.2, 90, "it grows")
        self.land()
        self.find("#fit").click()
        time.sleep(1)
        found = canvas.made_by(self, "area", ["terrain"])
        assert found["count"] > 5000 and found["blue"] > 8, found
        canvas.show_only(self, *canvas.LAYERS)
        self.shot("searched")
        # A picture of it each five seconds: the last one has all.
        last = None
        while last != (last := self.state()["area"]["squares"]["searched_km2"]):
            time.sleep(7)
        for format in ("geojson", "kml"):
            assert feature_count(self.download(self.folder / "downloads", "area", format)) <= 6
        path = self.folder / "downloads" / "area.geojson"
        bands = [each["properties"] for each in json.loads(path.read_text(encoding="utf-8"))["features"]]
        assert abs(bands[0]["searched_m2"] / 1e6 / last - 1) < 0.001, (bands, last)
        assert abs(sum(each["area_m2"] for each in bands) / bands[0]["searched_m2"] - 1) < 1e-9, bands

    def check_truncated(self):
        """a tile that was cut short is named in the log and on the page"""
        tiles = {HERE: self.slopes[:1_000_000], BESIDE: self.slopes}
        words = self.with_terrain(terrain.folder(self.folder / "truncated", **tiles))
        assert f"{HERE}.hgt" in words and "1000000" in words, words

    def check_void(self):
        """ground without heights is told in the log and on the page, and striped on the map"""
        holed = terrain.gapped(self.slopes, *GAP)
        words = self.with_terrain(terrain.folder(self.folder / "void", **{HERE: holed}))
        assert "drone: the terrain has no height at 24.1" in words, words
        canvas.show_only(self, "terrain")
        self.zoom_out()
        self.until(lambda: canvas.grey(self) > 0.03, 20, "stripes are drawn")
        self.shot("stripes")

    def check_missing(self):
        """ground beside all tiles is told in the log and on the page"""
        words = self.with_terrain(terrain.folder(self.folder / "missing", **{BESIDE: self.slopes}))
        assert "drone: there is no terrain at 24.1" in words, words

    def with_terrain(self, folder):
        """Starts the station again with other terrain; returns what both its log and its page say of that."""
        self.station.end()
        begin = self.station.log.stat().st_size
        self.station.command[-1] = folder
        self.station.start()
        self.open_page()
        self.run("document.getElementById('tab-links').click()")
        canvas.show_only(self, *canvas.LAYERS)
        row = "[...document.querySelectorAll('#links .card:last-child dl div')].find((e) => /Terrain/.test(e.textContent))"
        told = f"return {row}.querySelector('dd').textContent"
        self.until(lambda: "drone: " in self.run(told), 30, "the page tells what is wrong with the terrain")
        words = self.run(told)
        self.run(f"{row}.scrollIntoView()")
        time.sleep(1)
        self.shot(folder.name)
        log = self.station.log.read_text(encoding="utf-8")[begin:]
        assert f"terrain: {words}" in log, f"{words} is not in the log: {log}"
        return words
