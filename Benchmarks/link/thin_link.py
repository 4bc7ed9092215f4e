#!/usr/bin/env python3
"""A thin, lossy line between two programs that speak UDP: it carries packets slowly, late, twice or not at all.

    thin_link.py --listen 7401 --to 127.0.0.1:7400 --rate 200 --loss 0.2 [--outage 30 20]

Senders speak to --listen, what they send goes to --to, and what comes back from there goes to who sent last. All is on
this machine (127.0.0.1) unless --listen says otherwise. Each way has the rate; what a full queue has no room for is
lost, as on a radio. The same seed draws the same luck. Until it is stopped it tells every ten seconds what it carried,
and all of it at its end.
"""

import argparse
import heapq
import json
import random
import select
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass


@dataclass
class Conditions:
    """What a line does to packets."""

    rate: float | None  # bytes a second from senders; None: as fast as they come
    rate_back: float | None = None
    queue: int | None = None  # bytes that wait for their turn at most, each way; None: any number
    loss: float = 0.0  # parts of packets
    doubled: float = 0.0
    delay: tuple[float, float] = (0.0, 0.0)  # seconds, least and most: packets overtake each other between them
    outage: tuple[float, float] | None = None  # seconds from the first packet on: begin and end of a silence


class Way:
    """One direction: packets one after the other at a rate."""

    def __init__(self, rate, conditions, draw):
        self.rate, self.conditions, self.draw = rate, conditions, draw
        self.free = 0.0
        self.counts = dict.fromkeys(("packets", "bytes", "carried", "carried_bytes", "lost", "crowded", "doubled"), 0)

    def take(self, packet, now, began):
        """Times at which the packet arrives: none, one or two."""
        self.counts["packets"] += 1
        self.counts["bytes"] += len(packet)
        leaves = now
        if self.rate:
            waiting = max(self.free - now, 0) * self.rate
            if self.conditions.queue is not None and waiting + len(packet) > self.conditions.queue:
                self.counts["crowded"] += 1
                return []
            self.free = leaves = max(self.free, now) + len(packet) / self.rate
        copies = 2 if self.draw.random() < self.conditions.doubled else 1
        arrivals = []
        for _ in range(copies):
            silence = self.conditions.outage
            is_silent = silence is not None and silence[0] <= leaves - began < silence[1]
            if self.draw.random() < self.conditions.loss or is_silent:
                self.counts["lost"] += 1
                continue
            arrivals.append(leaves + self.draw.uniform(*self.conditions.delay))
        self.counts["doubled"] += len(arrivals) == 2
        return arrivals

    def arrived(self, packet):
        self.counts["carried"] += 1
        self.counts["carried_bytes"] += len(packet)


class ThinLine(threading.Thread):
    """Carries packets between senders and a station until `stop` is called."""

    def __init__(self, conditions, station, seed, listen=("127.0.0.1", 0)):
        super().__init__(daemon=True)
        self.station = station
        draw = random.Random(seed)
        self.there = Way(conditions.rate, conditions, draw)
        self.back = Way(conditions.rate_back, conditions, draw)
        self.near, self.far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.near.bind(listen)
        self.far.bind(("0.0.0.0" if not station[0].startswith("127.") else "127.0.0.1", 0))
        self.port = self.near.getsockname()[1]
        self.began = self.sender = None
        self.sent = []  # (seconds, bytes) of what senders sent
        self.due = []
        self.number = 0
        self.is_stopped = threading.Event()

    def stop(self):
        self.is_stopped.set()

    def run(self):
        for end in (self.near, self.far):
            end.setblocking(False)
        while not self.is_stopped.is_set():
            pause = min(max(self.due[0][0] - time.monotonic(), 0), 0.1) if self.due else 0.1
            for end in select.select([self.near, self.far], [], [], pause)[0]:
                self.take(end)
            self.deliver(time.monotonic())

    def take(self, end):
        try:
            packet, peer = end.recvfrom(65536)
        except OSError:  # nobody is there yet: the answer to a packet of before
            return
        now = time.monotonic()
        self.began = self.began or now
        if end is self.near:
            self.sender = peer
            self.sent.append((now, len(packet)))
        way, to = (self.there, self.far) if end is self.near else (self.back, self.near)
        for copy, at in enumerate(way.take(packet, now, self.began)):
            self.number += 1
            # What comes twice counts once.
            heapq.heappush(self.due, (at, self.number, packet, to, None if copy else way))

    def deliver(self, now):
        while self.due and self.due[0][0] <= now:
            _, _, packet, end, way = heapq.heappop(self.due)
            if way:
                way.arrived(packet)
            to = self.station if end is self.far else self.sender
            try:
                if to:
                    end.sendto(packet, to)
            except OSError:  # nobody is there: as if lost
                pass

    def counts(self):
        return {"there": dict(self.there.counts), "back": dict(self.back.counts)}


def told(counts, before, seconds):
    """One line of what was carried since `before`."""
    parts = []
    for way, name in (("there", "to the station"), ("back", "back")):
        new = {key: value - before[way][key] for key, value in counts[way].items()}
        rate = new["carried_bytes"] / seconds
        gone = f"{new['lost']} lost, {new['crowded']} crowded out"
        parts.append(f"{name} {new['carried']} packets of {new['packets']}, {rate:.0f} bytes/s ({gone})")
    return "thin link: " + "; ".join(parts)


def place(text):
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", int(port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", type=place, required=True, metavar="[HOST:]PORT")
    parser.add_argument("--to", type=place, required=True, metavar="HOST:PORT")
    parser.add_argument("--rate", type=float, default=200, help="bytes a second, each way (200)")
    parser.add_argument("--queue", type=int, default=2000, help="bytes that may wait, each way (2000)")
    parser.add_argument("--loss", type=float, default=0.1, help="part of the packets that is lost (0.1)")
    parser.add_argument("--doubled", type=float, default=0.02, help="part that comes twice (0.02)")
    parser.add_argument("--delay", type=float, nargs=2, default=(0.05, 0.4), metavar=("LEAST", "MOST"))
    parser.add_argument("--outage", type=float, nargs=2, metavar=("FROM", "SECONDS"), help="a silence, once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=10, help="seconds between lines; 0: none (10)")
    parser.add_argument("--json", action="store_true", help="the end's counts as JSON, on standard output")
    options = parser.parse_args()
    outage = (options.outage[0], sum(options.outage)) if options.outage else None
    conditions = Conditions(
        options.rate, options.rate, options.queue, options.loss, options.doubled, tuple(options.delay), outage)
    line = ThinLine(conditions, options.to, options.seed, options.listen)
    is_over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_over.set())
    line.start()
    start = before_at = time.monotonic()
    nothing = before = line.counts()
    while not is_over.wait(options.every or None):
        now, counts = time.monotonic(), line.counts()
        if counts != before:
            print(told(counts, before, now - before_at), file=sys.stderr, flush=True)
        before, before_at = counts, now
    line.stop()
    line.join()
    print("in all, " + told(line.counts(), nothing, time.monotonic() - start), file=sys.stderr)
    if options.json:
        print(json.dumps(line.counts()))


if __name__ == "__main__":
    main()
