#!/usr/bin/env python3
"""Bytes that a detection takes: our ways out, counted on the wire, beside formats of others.

    bytes.py [--arete PROGRAM] [--seconds 60] [--seed 1] [--markdown]

Draws runs of one person and of ten, each seen every other second and told of by one rule, and publishes them by all
ways out at once, in a network of their own (`unshare -rn`): to `arete station`, mosquitto, and listeners for TAK,
MAVLink and webhooks. Each packet of that network is read. Told are, for each sighting, the bytes that were handed to
UDP or TCP, and all IP packets, both ways, with connects, receipts and acknowledgements. Formats of others are those of
the same sightings.
"""

import argparse
import collections
import http.server
import json
import math
import os
import pathlib
import platform
import random
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

import formats

HERE = pathlib.Path(__file__).resolve().parent
LATITUDE, LONGITUDE = 46.55, 8.1
PEOPLE = (1, 10)
EVERY = 2
# A segment's bytes where the network takes 1500, and its head with time stamps.
SEGMENT, HEAD = 1448, 52
SINKS = ["link", "tunnel", "broker", "mqtt", "tak mesh", "tak server", "mavlink", "webhook"]


def draw(people, seconds, seed):
    """Lines as a pipeline writes them, and the sightings in them."""
    random_ = random.Random(seed)
    places = [[LATITUDE + random_.uniform(0, 0.03), LONGITUDE + random_.uniform(0, 0.03), 0.0] for _ in range(people)]
    lines, sightings = [], []
    for second in range(0, seconds, EVERY):
        tracks = []
        for number, place in enumerate(places):
            place[2] += random_.uniform(-0.3, 0.3)
            place[0] += EVERY * 1.5 * math.cos(place[2]) / 111_000
            place[1] += EVERY * 1.5 * math.sin(place[2]) / 76_000
            one = {
                "latitude": round(place[0] + random_.gauss(0, 3) / 111_000, 7), "height": 1600.0 + number,
                "longitude": round(place[1] + random_.gauss(0, 3) / 76_000, 7), "error": 8,
            }
            box = {"x": 100 + 180 * number, "y": 500, "width": 30, "height": 60}
            score = round(random_.uniform(0.6, 0.95), 2)
            tracks.append({"id": number, "class": 0, "label": "person", "score": score, "box": box, "position": one})
            sightings.append({**tracks[-1], **one, "time": 1_790_000_000.25 + second})
        size = {"width": formats.WIDTH, "height": formats.HEIGHT}
        lines.append({"source": "air", "time": second, **size, "tracks": tracks})
        if second == 0:
            lines += [{"source": "air", "time": 0, "event": "person", "track": {"id": one["id"]}} for one in tracks]
    return [json.dumps(line) for line in lines], sightings


class Wire(threading.Thread):
    """Reads each packet of the loopback interface once, and counts by the listener's port."""

    OUTGOING = 4

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self.socket.bind(("lo", 0))
        self.up, self.wire = collections.Counter(), collections.Counter()
        self.packets = collections.defaultdict(list)

    def run(self):
        while True:
            packet, place = self.socket.recvfrom(1 << 17)
            if place[2] == self.OUTGOING and packet[12:14] == b"\x08\x00":
                self.count(packet[14:])

    def count(self, packet):
        head, total = (packet[0] & 15) * 4, struct.unpack(">H", packet[2:4])[0]
        source, target = struct.unpack(">HH", packet[head : head + 4])
        if packet[9] == socket.IPPROTO_UDP:
            content = total - head - 8
        elif packet[9] == socket.IPPROTO_TCP:
            content = total - head - (packet[head + 12] >> 4) * 4
            # What this machine passes in one piece takes several on others.
            total += HEAD * max(-(-content // SEGMENT) - 1, 0)
        else:
            return
        self.up[target] += content
        self.packets[target].append(content)
        self.wire[target] += total
        self.wire[source] += total


class Hook(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def listen_datagrams(port):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("127.0.0.1", port))

    def run():
        while True:
            one.recv(1 << 16)

    threading.Thread(target=run, daemon=True).start()


def listen_stream(port):
    one = socket.create_server(("127.0.0.1", port))

    def run():
        while True:
            connection = one.accept()[0]
            while connection.recv(1 << 16):
                pass

    threading.Thread(target=run, daemon=True).start()


class Trial:
    """A run, all its ways out and what listens there."""

    def __init__(self, arete, folder, port, people, wanted):
        self.ports = {name: port + index for index, name in enumerate(SINKS)}
        self.people = people
        self.lines, self.sightings = draw(people, wanted.seconds, wanted.seed)
        folder.mkdir()
        (folder / "r.jsonl").write_text("\n".join(self.lines) + "\n", encoding="ascii")
        place = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}
        area = {"latitude": LATITUDE, "longitude": LONGITUDE, "base": 1500}
        tunnel = f"mavlink:udp:{place['tunnel']}"
        sinks = [
            {"type": "link", "to": f"udp:{place['link']}", "pairing": "link.pairing", "rate": 3000, "area": area},
            {"type": "link", "name": "tunnel", "to": tunnel, "pairing": "tunnel.pairing", "rate": 3000, "area": area},
            {"type": "link", "name": "broker", "to": f"mqtt:{place['broker']}/arete/field,client=box",
             "pairing": "broker.pairing", "rate": 3000, "area": area},
            {"type": "mqtt", "to": f"mqtt:{place['mqtt']}", "topic": "arete/box"},
            {"type": "tak", "name": "mesh", "to": f"udp:{place['tak mesh']}"},
            {"type": "tak", "name": "server", "to": f"tcp:{place['tak server']}"},
            {"type": "mavlink", "to": f"mavlink:udp:{place['mavlink']}"},
            {"type": "webhook", "url": f"http://{place['webhook']}/hook"},
        ]
        (folder / "sinks.json").write_text(json.dumps({"spool": "spool", "sinks": sinks}), encoding="ascii")
        # The station's connection is not the box's: it has a port of its own.
        behind = port + len(SINKS)
        listeners = [f"listener {number} 127.0.0.1" for number in (self.ports["mqtt"], self.ports["broker"], behind)]
        (folder / "m.conf").write_text(
            "\n".join([*listeners, "allow_anonymous true", "user root", ""]), encoding="ascii")
        for name in ("link", "tunnel", "broker"):
            subprocess.run([arete, "link", "pair", name, "-o", f"{name}.pairing"], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)
        self.folder, self.arete = folder, arete
        self.others = [
            self.start("mosquitto.log", shutil.which("mosquitto", path="/usr/sbin:/usr/bin"), "-c", "m.conf"),
            self.start("link.log", arete, "station", "--listen", f"udp:{place['link']}", "--pairing", "link.pairing",
                       "--store", "link.store", "--no-page"),
            self.start("tunnel.log", arete, "station", "--listen", tunnel, "--pairing", "tunnel.pairing",
                       "--store", "tunnel.store", "--no-page"),
            self.start("broker.log", arete, "station", "--listen", f"mqtt:127.0.0.1:{behind}/arete/field", "--pairing",
                       "broker.pairing", "--store", "broker.store", "--no-page"),
        ]
        listen_datagrams(self.ports["tak mesh"])
        listen_datagrams(self.ports["mavlink"])
        listen_stream(self.ports["tak server"])
        hook = http.server.ThreadingHTTPServer(("127.0.0.1", self.ports["webhook"]), Hook)
        threading.Thread(target=hook.serve_forever, daemon=True).start()

    def start(self, log, *words):
        with open(self.folder / log, "w", encoding="utf-8") as file:
            return subprocess.Popen(words, cwd=self.folder, stdout=file, stderr=file)

    def publish(self):
        self.sender = self.start(
            "sender.log", self.arete, "link", "replay", "r.jsonl", "--sinks", "sinks.json", "--patience", "5", "--json")

    def finish(self):
        self.sender.wait()
        for other in self.others:
            other.terminate()
            other.wait()
        # Lines between braces are figures, one a sink.
        told = (self.folder / "sender.log").read_text(encoding="utf-8").splitlines()
        self.figures = [json.loads(line) for line in told if line.startswith("{")]
        waiting = [figures["sink"] for figures in self.figures if figures["waiting"]]
        if len(self.figures) != len(SINKS) or waiting:
            raise SystemExit("bytes.py: did not arrive: " + "\n".join(told))

    def row(self, wire, name):
        count = self.people if name == "webhook" else len(self.sightings)
        return wire.up[self.ports[name]] / count, wire.wire[self.ports[name]] / count


TITLES = {
    "link": "link, `udp:`, to a station that answers",
    "tunnel": "link, `mavlink:` (TUNNEL), with heartbeats",
    "broker": "link, `mqtt:` (MQTT 5, mosquitto)",
    "mqtt": "MQTT 5, mosquitto, JSON",
    "tak mesh": "TAK, mesh, protocol 1",
    "tak server": "TAK, server, XML",
    "mavlink": "MAVLink: texts, and one object; with heartbeats",
    "webhook": "webhook, HTTP, for each event",
}


def measure(wanted):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True, env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
        wire = Wire()
        wire.start()
        arete = os.path.abspath(wanted.arete)
        trials = [
            Trial(arete, pathlib.Path(folder) / str(people), 20_000 + 100 * people, people, wanted) for people in PEOPLE
        ]
        time.sleep(1)
        for trial in trials:
            trial.publish()
        for trial in trials:
            trial.finish()
        rows = [(TITLES[name], *(figure for trial in trials for figure in trial.row(wire, name))) for name in SINKS]
        # What is said once, and where one comes from, is in others.
        usual = [statistics.median(wire.packets[trial.ports["link"]]) for trial in trials]
        alone = [((size + over) / trial.people) for size, trial in zip(usual, trials, strict=True) for over in (0, 28)]
        rows.insert(1, ("link, `udp:`, the median packet alone", *alone))
        written = [sum(len(line) + 1 for line in trial.lines) / len(trial.sightings) for trial in trials]
        rows.append(("JSON lines (`type`: `lines`)", written[0], None, written[1], None))
        version = subprocess.run([arete, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        return rows, formats.sizes(trials[-1].sightings), len(trials[-1].sightings), version


def number(value):
    return "" if value is None else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def markdown(rows, others, count, version, wanted):
    mosquitto = subprocess.run(["/usr/sbin/mosquitto", "-h"], capture_output=True, text=True, check=False).stdout
    print("# Bytes that a detection takes\n")
    print(f"{time.strftime('%Y-%m-%d')}, {version}, {mosquitto.splitlines()[0]}, Python {platform.python_version()}, "
          f"Linux {platform.release().split('-')[0]}. Measured with `make bench-bytes` "
          f"(`Benchmarks/link/bytes.py --seconds {wanted.seconds} --seed {wanted.seed} --markdown`).\n")
    print("One person, and ten in the same pictures, each seen every two seconds, with one rule that fits. Bytes for each "
          "sighting, with everything that came along: connects, names, places' origins, clocks, heartbeats, receipts, "
          "goodbyes. *Handed over*: to UDP or TCP, on the way out alone. *On the wire*: IPv4 packets, both ways. Over a "
          "serial line or a radio without IP the first is what counts.\n")
    print("| way out | 1 person: handed over | on the wire | 10 people: handed over | on the wire |")
    print("|---|---:|---:|---:|---:|")
    for name, *figures in rows:
        print(f"| {name} | {' | '.join(number(figure) for figure in figures)} |")
    print(f"\nFormats of others, the mean of the {count} sightings of ten people, nothing around them; a datagram over "
          "IPv4 adds 28.\n")
    print("| format | bytes | does not tell |")
    print("|---|---:|---|")
    for name, size, lacks in others:
        print(f"| {name} | {size if isinstance(size, str) else number(size)} | {lacks} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arete", default=str(HERE.parent.parent / ".build/release/arete"))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", action="store_true")
    wanted = parser.parse_args()
    if os.environ.get("BYTES_INSIDE") != "1":
        os.environ["BYTES_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "-rn", sys.executable, *sys.argv])
    rows, others, count, version = measure(wanted)
    if wanted.markdown:
        markdown(rows, others, count, version, wanted)
    else:
        print(json.dumps({"ours": rows, "others": others}, indent=1))


if __name__ == "__main__":
    main()
