"""Starts a real ground station with real senders and drives its page in Chromium: what operators do, and what goes wrong.

    station.py [--arete PROGRAM] [--shots FOLDER] [--only NAME...]

Ends with a line of how many checks passed, and with 1 if any failed.
"""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

import senders
from autopilot import Autopilot
from drive import Drive, Skip
from gdal import feature_count
from ground import GroundDrive
from selenium.webdriver.common.keys import Keys
from service import Station, end, free_port

MOST_TRACKS = 5000
# One sender keeps at most 1,000 objects that its station does not have.
CROWDS = 5
FORMATS = ("geojson", "kml", "gpx", "csv")


class StationDrive(Drive):
    """The page's checks, and those that need the station's and the senders' processes."""

    def __init__(self, options, station, fleet, folder):
        self.autopilot = None
        super().__init__(options)
        self.station, self.fleet, self.folder = station, fleet, folder
        self.next = 1

    def names(self):
        before = ["check_wrong_token", "check_token_in_address", "check_live_detection", "check_pictures", "check_path"]
        before += ["check_list", "check_alert", "check_acknowledge"]
        general = [name for name in super().names() if name not in [*before, "check_frames", "check_log_out"]]
        after = [name for name in vars(StationDrive) if name.startswith("check_") and name not in before]
        return [*before, *general, *after, "check_log_out"]

    def alert(self):
        """A person appears where a rule wants none."""
        number, self.next = self.next, self.next + 1
        each = senders.track(number, senders.place(150 + 20 * number, -80, error=9), score=0.93)
        lines = [senders.frame(0, [each]), senders.alarm(0.1, each), senders.frame(0.5, [each])]
        self.fleet["ridge"].send(lines)

    def start_camera(self):
        """A drone that flies, with a camera and a model aboard."""
        self.autopilot = Autopilot(senders.LATITUDE, senders.LONGITUDE, senders.GROUND + 120)
        to = f"udp:127.0.0.1:{self.station.udp}"
        run = senders.pipeline(self.folder, self.folder / "drone.pairing", to, self.autopilot.port, 900)
        with open(self.folder / "run.log", "wb") as log:
            command = [self.options.arete, "run", run]
            self.station.children.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log))

    def stop(self):
        super().stop()
        if self.autopilot:
            self.autopilot.stop()
        self.autopilot = None

    def tracks(self):
        return {each["id"]: each for each in self.state()["tracks"]}

    def row(self, track):
        return self.run("return document.querySelector(`.row[data-id='${arguments[0]}']`)?.textContent", track)

    def open_track(self, track):
        """Opens a detection as somebody does who touches its row."""
        self.press(Keys.ESCAPE)
        self.run("document.getElementById('tab-detections').click()")
        self.run("document.querySelector('[data-filter=all]').click()")
        # Rows exist where they are seen.
        for top in range(0, 96 * len(self.tracks()), 300):
            self.run("document.getElementById('list').scrollTop = arguments[0]", top)
            time.sleep(0.1)
            if self.row(track):
                break
        self.run("document.querySelector(`.row[data-id='${arguments[0]}']`).click()", track)
        self.until(lambda: self.run("return document.getElementById('detail').dataset.track") == track, 5, "it opens")

    def check_live_detection(self):
        """a detection appears by itself, with its place, and its age goes on"""
        self.run("document.querySelector('[data-filter=all]').click()")
        before = set(self.tracks())
        each = senders.track(900, senders.place(40, 60, error=7))
        self.fleet["valley"].send([senders.frame(0, [each]), senders.frame(0.5, [each])])
        new = [id for id in self.tracks() if id not in before]
        assert len(new) == 1, new
        self.until(lambda: "Person" in (self.row(new[0]) or ""), 5, "it has a row")
        # Errors are told in classes of 1 to 100 metres, rounded up.
        self.until(lambda: "within 10 m" in self.row(new[0]), 2, self.row(new[0]))
        age = self.row(new[0])
        self.until(lambda: self.row(new[0]) != age, 3, "its age goes on")

    def check_pictures(self):
        """a larger picture that is asked for reaches the camera, and comes; a whole one, too"""
        self.start_camera()
        self.until(lambda: any(each["picture"] for each in self.tracks().values()), 60, "a first picture comes")
        track = next(id for id, each in self.tracks().items() if each["picture"])
        level = self.tracks()[track]["picture"]["level"]
        self.open_track(track)
        width = "return document.querySelector('.picture-image').naturalWidth"
        self.until(lambda: self.run(width) > 0, 10, "the page shows it")
        comes = f"return document.querySelector('.picture-image').src.includes('/{level + 1}?')"
        self.press("b")
        self.until(lambda: self.shown(".asked") or self.run(comes), 5, "it is said to be on its way")
        number = int(track.split("/")[1])
        asked = self.station.rows(f"SELECT level FROM asked WHERE kind = 0 AND number = {number}")
        assert asked == [(level + 1,)] or self.tracks()[track]["picture"]["level"] > level, asked
        self.until(lambda: self.tracks()[track]["picture"]["level"] > level, 60, "the camera sends it")
        self.until(lambda: self.run(comes) and self.run(width) > 0, 10, "the page shows the larger one")
        self.until(lambda: not self.shown(".asked"), 10, "it is on its way no more")
        assert self.tracks()[track]["asked"] is None, self.tracks()[track]
        self.shot("picture")
        self.press(Keys.ESCAPE)
        self.run("document.getElementById('tab-cameras').click()")
        card = "[...document.querySelectorAll('#cameras .card')].find((card) => /down/.test(card.textContent))"
        shown = f"const image = {card}?.querySelector('.scene'); return image && !image.hidden && image.naturalWidth"
        before = self.state()["cameras"]
        heard = max((each["scene"] or {}).get("heard", 0) for each in before)
        self.run(f"{card}.querySelectorAll('.pair button')[1].click()")
        self.until(
            lambda: (
                max((each["scene"] or {}).get("heard", 0) for each in self.state()["cameras"]) > heard
                or not any(each["asked_at"] for each in self.state()["cameras"])
            ),
            60,
            "the camera sends what it sees",
        )
        self.until(lambda: (self.run(shown) or 0) > 100, 10, "the page shows all that it sees")
        self.shot("cameras")
        self.run("document.getElementById('tab-detections').click()")

    def check_path(self):
        """the camera's place is on the map and its path grows, while nothing is told twice"""
        flies = "const { pose, path } = (await (await fetch('/api/state')).json()).cameras.find((each) => each.pose)"
        script = f"const done = arguments[0]; (async () => {{ {flies}; done([pose, path]); }})()"
        self.until(lambda: any(each.get("pose") for each in self.state()["cameras"]), 60, "the camera tells its place")
        pose, path = self.browser.execute_async_script(script)
        assert abs(pose["latitude"] - senders.LATITUDE) < 0.02 and path, (pose, path)
        self.until(lambda: len(self.browser.execute_async_script(script)[1]) > len(path), 30, "its path grows")
        self.run("document.getElementById('tab-cameras').click()")
        self.until(lambda: "m" in self.text("#cameras .facts div:nth-child(5) dd"), 15, "the page tells how long it is")
        self.run("document.getElementById('tab-detections').click()")

    def check_links(self):
        """links tell what comes over them as it changes, and strangers' packets are counted"""
        self.alert()
        self.press("a")
        self.run("document.getElementById('tab-links').click()")
        facts = "return [...document.querySelectorAll('#links .card')].map((card) => card.textContent)"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for _ in range(5):
                stranger.sendto(os.urandom(60), ("127.0.0.1", self.station.udp))
        self.until(lambda: any("B/s" in text and "ridge" in text for text in self.run(facts)), 5, "each has its rate")
        self.until(
            lambda: "0 B/s" in next(t for t in self.run(facts) if "ridge" in t), 20, "which goes down to nothing"
        )
        self.shot("links")
        self.until(lambda: "Packets refused0" not in self.run(facts)[-1], 5, "strangers' packets are counted")
        assert sum(self.state()["station"]["counts"]["refused"].values()) >= 5
        self.run("document.getElementById('tab-detections').click()")

    def check_export_files(self):
        """all exports that are downloaded through the page are read by GDAL, with as much in them as the station has"""
        with_place = sum(1 for each in self.tracks().values() if each["position"])
        for kind, count in (("detections", with_place), ("flights", None)):
            for format in FORMATS:
                found = feature_count(self.download(self.folder / "downloads", kind, format))
                # People who are in view come meanwhile.
                assert count is None or count <= found <= count + 5, f"{kind}.{format}: {found} of {count}"
        self.press(Keys.ESCAPE)

    def check_killed(self):
        """a station that was killed is said to be away; back, nobody logs in again, and what was decided meanwhile arrives"""
        track = self.open_first()
        self.station.end(signal.SIGKILL)
        self.press("c")
        self.until(lambda: self.shown("#pending"), 5, "the decision is shown as pending")
        self.until(lambda: self.shown(".trouble.lost"), 30, "the loss is shown")
        self.station.start()
        self.until(lambda: self.run("return document.body.dataset.phase") == "live", 40, "the page is live again")
        assert not self.shown("#login-form"), "a session outlasts the station"
        self.until(lambda: self.tracks()[track]["verdict"] == "confirmed", 20, "the station has the decision")
        self.until(lambda: not self.shown("#pending"), 15, "nothing is pending")
        self.alert()
        self.until(lambda: self.shown("#banner"), 15, "senders come through, too")
        self.press("a")

    def check_crowd(self):
        """five thousand detections come in, and the map moves at 30 frames a second or more"""
        self.press(Keys.ESCAPE)
        begin = time.monotonic()
        sending = [
            self.fleet[f"swarm-{number}"].start(senders.crowd(MOST_TRACKS // CROWDS, number), rate=200_000)
            for number in range(CROWDS)
        ]
        for process in sending:
            assert process.wait(timeout=120) == 0, "a sender could not send"
        (count,) = self.station.rows("SELECT count(*) FROM tracks")[0]
        assert count >= MOST_TRACKS, count
        print(f"crowd: {count} detections in the station after {time.monotonic() - begin:.1f} s")
        self.run("document.querySelector('[data-filter=all]').click()")
        self.until(
            lambda: int(self.run("return document.querySelector('.row')?.getAttribute('aria-setsize')")) >= MOST_TRACKS,
            20,
            "the page has them all",
        )
        self.find("#fit").click()
        time.sleep(2)
        self.shot("crowd")
        # Each track again and again, while the map moves.
        moving = self.fleet["swarm-0"].start(senders.walkers(200, 12, 7, spread=2500), rate=50_000)
        self.options.frames = True
        self.check_frames()
        moving.wait(timeout=120)

    def check_https(self):
        """over HTTPS the station's own certificate holds for the names it was given, and the page is as safe as it can be"""
        page = free_port(socket.SOCK_STREAM)
        other = Station(
            self.options.arete,
            self.folder / "https",
            self.station.children,
            f"0.0.0.0:{page}",
            [self.fleet["valley"].pairing],
            ["--name", "127.0.0.1", "hut.example"],
        )
        told = other.start()
        try:
            assert "https://" in told and "fingerprint" in told and other.token not in told, told
            trust = ssl.create_default_context(cafile=f"{other.store}.pem")
            line = http.client.HTTPSConnection("127.0.0.1", page, context=trust, timeout=10)
            line.request("GET", "/")
            answer = line.getresponse()
            text = answer.read().decode()
            assert answer.status == 200 and "<script" in text
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy and "unsafe" not in policy, policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Referrer-Policy"]
            line.request("GET", "/api/state")
            answer = line.getresponse()
            assert answer.status == 401, answer.read()
            answer.read()
            head = {"Content-Type": "application/json", "X-Arete": "1"}
            line.request("POST", "/login", json.dumps({"token": other.token}), head)
            cookie = line.getresponse().headers["Set-Cookie"]
            assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict")), cookie
            self.browser.get("about:blank")
            self.browser.get(f"https://127.0.0.1:{page}/#token={urllib.parse.quote(other.token)}")
            self.until(lambda: self.run("return document.body.dataset.phase") == "live", 20, "the page is live")
            assert self.run("return isSecureContext && location.protocol") == "https:"
            self.check_strangers_text()
        finally:
            other.end()
            self.open_page()

    def check_expired(self):
        """an expired certificate is refused at the start, in words"""
        if not shutil.which("faketime") or not shutil.which("openssl"):
            raise Skip("no faketime or no openssl")
        key, certificate = self.folder / "old.key", self.folder / "old.pem"
        make = ["faketime", "2020-01-01", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"]
        make += ["ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=old"]
        subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        key.chmod(0o600)
        other = Station(
            self.options.arete,
            self.folder / "old",
            self.station.children,
            "0.0.0.0:0",
            [self.fleet["valley"].pairing],
            ["--certificate", certificate, "--key", key],
        )
        told = subprocess.run(other.command, capture_output=True, text=True, timeout=30, check=False)
        assert told.returncode != 0 and "was valid until 2020-01-31" in told.stderr, told.stderr
        assert len(told.stderr.strip().splitlines()) <= 2, told.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arete", default=senders.ROOT / ".build/release/arete", type=pathlib.Path)
    parser.add_argument("--chromedriver", default="/usr/bin/chromedriver")
    parser.add_argument("--shots", help="folder for pictures of the page")
    parser.add_argument("--only", nargs="*", help="names of checks; check_token_in_address must be one")
    options = parser.parse_args()
    options.arete = options.arete.resolve()
    options.frames = False
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    children = []
    drives = []
    with tempfile.TemporaryDirectory(prefix="arete-page-") as name:
        folder = pathlib.Path(name)
        try:
            names = ["valley", "ridge", *(f"swarm-{number}" for number in range(CROWDS))]
            drone = folder / "drone.pairing"
            subprocess.run([options.arete, "link", "pair", "drone", "-o", drone], check=True, stdout=subprocess.DEVNULL)
            page = free_port(socket.SOCK_STREAM)
            pairings = [folder / f"{each}.pairing" for each in names]
            station = Station(options.arete, folder / "station", children, f"127.0.0.1:{page}", [drone, *pairings])
            to = f"udp:127.0.0.1:{station.udp}"
            fleet = {each: senders.Sender(options.arete, folder, each, to, children) for each in names}
            station.start()
            options.url, options.token = f"http://127.0.0.1:{page}/", station.token
            fleet["valley"].send(senders.walkers(4, 3, 5))
            drive = StationDrive(options, station, fleet, folder)
            drives.append(drive)
            options.alert = drive.alert
            options.cut = lambda: station.tell(signal.SIGSTOP)
            options.mend = lambda: station.tell(signal.SIGCONT)
            status = drive.all()
            if status:
                print((folder / "run.log").read_text(errors="replace")[-2000:], station.log.read_text()[-2000:])
            end(children)
            drives.append(GroundDrive(options, folder / "ground", children))
            status = drives[-1].all() or status
            passed, failed, skipped = (sum(counts) for counts in zip(*(each.counts for each in drives)))
            print(f"station: {passed} passed, {failed} failed, {skipped} skipped")
        finally:
            for each in drives:
                each.stop()
            end(children)
    sys.exit(status)


if __name__ == "__main__":
    main()
