#!/usr/bin/env python3
"""Reads packets of the link format without any part of Arete.

    link_decode.py link_vectors.json                    checks every published packet
    link_decode.py --secret HEX --sender N --epoch N --counter N [--down] PACKET

The second form prints what a packet says, as JSON; epoch and counter are taken from a full packet itself. Needs the
Python package `cryptography` (Debian: python3-cryptography). docs/link-format.md is what it follows.
"""

import argparse
import json
import math
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMS = {1: "compact", 2: "bare", 3: "full"}
FEWEST_BYTES = {"compact": 11, "bare": 3, "full": 22}


class Refused(ValueError):
    """What a receiver does not take, and why in one word."""

    def __init__(self, reason, text):
        super().__init__(text)
        self.reason = reason


class Bits:
    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return 8 * len(self.data) - self.at

    def take(self, count):
        if count > self.left():
            raise Refused("short", "the packet ends inside a record")
        value = int.from_bytes(self.data, "big") >> (self.left() - count) & ((1 << count) - 1)
        self.at += count
        return value

    def signed(self, count):
        value = self.take(count)
        return value - (value >> (count - 1) << count)

    def bytes(self, count):
        return self.take(8 * count).to_bytes(count, "big")


def age(bits):
    steps = bits.take(7)
    return {"age": None if steps == 127 else steps / 5}


def confidence(bits):
    step = bits.take(4)
    return {"confidence": 1 / (1 + math.exp(-(step - 8) / 2)) if step else None}


def error(step):
    return {"error": [2, 5, 10, 20, 50, 100, None][step]}


def place(bits):
    return {"east": bits.signed(14), "north": bits.signed(14)}


def height(bits):
    steps = bits.take(11)
    return {"height": None if steps == 2047 else 2 * steps}


def track_tag(bits):
    return {"track": bits.take(10)}


def box(bits):
    x, y, width, height = bits.take(8), bits.take(8), bits.take(5), bits.take(5)
    sides = {"width": 2 ** (-width / 4), "height": 2 ** (-height / 4)}
    return {"box": {"x": (x + 0.5) / 256, "y": (y + 0.5) / 256, **sides}}


def update(bits):
    head = {**track_tag(bits), **age(bits)}
    low = {"low_east": bits.take(8), "low_north": bits.take(8)}
    return {**head, **low, **confidence(bits), **error(bits.take(3))}


def track(bits):
    told = {**track_tag(bits), "class": bits.take(5), **confidence(bits), **age(bits)}
    step = bits.take(3)
    if step != 7:
        told["position"] = {**place(bits), **height(bits), **error(step)}
    return {**told, **box(bits)}


def short(bits):
    told = {**track_tag(bits), "class": bits.take(5), **confidence(bits), **age(bits)}
    return {**told, **error(bits.take(3)), **place(bits)}


def context(bits):
    told = {"number": bits.take(8), "camera": bits.take(6)}
    if bits.take(1):
        latitude, longitude = bits.signed(31) / 1e7, bits.signed(32) / 1e7
        base, datum = bits.signed(15), ["ellipsoid", "meanSeaLevel"][bits.take(1)]
        told["area"] = {"latitude": latitude, "longitude": longitude, "base": base, "datum": datum}
    return {**told, "names": bits.take(24), "model": bits.take(32), "newest_track": bits.take(32)}


def clock(bits):
    return {"epochs_back": bits.take(8), "began_ms": bits.take(43), "doubt_ms": 1 << bits.take(4)}


def earlier(bits):
    return {"epochs_back": bits.take(8), "seconds": bits.take(26), "track_base": bits.take(22) << 10}


def gone(bits):
    reasons = ["lost", "merged", "dismissed", "stopped"]
    return {**track_tag(bits), "reason": reasons[bits.take(2)], **age(bits)}


def ellipse(bits):
    told = track_tag(bits)
    told.update(major=2 ** (bits.take(6) / 4) / 2, minor=2 ** (bits.take(6) / 4) / 2)
    return {**told, "bearing": bits.take(5) * 180 / 32}


def doubtful_ellipse(bits):
    told, doubts = ellipse(bits), bits.take(4)
    names = [name for bit, name in enumerate(["flat", "gap", "low", "grazing"]) if doubts >> bit & 1]
    return {**told, "doubts": names} if names else told


def motion(bits):
    return {**track_tag(bits), "speed": bits.take(7) / 4, "course": bits.take(7) * 360 / 128}


def event(bits):
    return {"number": bits.take(32), "rule": bits.take(5), **track_tag(bits), **age(bits)}


def part(bits):
    told = {"number": bits.take(32), "good": bits.take(1) == 1, "inspected": bits.take(1) == 1}
    reason = bits.take(5)
    return {**told, "reason": None if reason == 31 else reason, **age(bits)}


def pose(bits):
    told = {**age(bits), **place(bits), **height(bits), "yaw": bits.take(8) * 360 / 256}
    told["pitch"] = bits.signed(7) * 1.5
    return {**told, "view": bits.take(5) * 4 or None}


def health(bits):
    names = ["dark", "overexposed", "blurred", "frozen", "covered", "moved", "lost", "behind"]
    camera, faults, rate = bits.take(6), bits.take(8), bits.take(6)
    told = {"camera": camera, "faults": [name for bit, name in enumerate(names) if faults >> bit & 1], "rate": rate}
    told.update(waiting=(1 << bits.take(5)) - 1, free=bits.take(3) / 7)
    temperature, battery = bits.take(7), bits.take(5)
    told["temperature"] = temperature - 28 if temperature else None
    return {**told, "battery": (battery - 1) / 30 if battery else None}


def tally(bits):
    return {"packets": bits.take(16)}


def text(bits):
    return {"text": bits.bytes(bits.take(7)).decode()}


def chip(bits):
    sides = [16, 20, 24, 32, 40, 48, 64, 80]
    told = {**track_tag(bits), "width": sides[bits.take(3)], "height": sides[bits.take(3)]}
    if bits.take(bits.left() % 8):
        raise Refused("contradiction", "filling that is not zero")
    return {**told, "bytes": bits.bytes(bits.left() // 8).hex()}


def an_object(bits):
    kinds = ["chip", "scene", "names"]
    told = {"number": bits.take(8), "of": kinds[bits.take(3)], "level": bits.take(2)}
    told.update(**track_tag(bits), size=bits.take(14))
    told.update(pieces=bits.take(7) + 1, width=bits.take(9), height=bits.take(9), check=bits.take(16))
    return told


def piece(bits):
    told = {"object": bits.take(8), "index": bits.take(8)}
    return {**told, "bytes": bits.bytes(bits.take(8) + 1).hex()}


def receipt(bits):
    epoch, held, count = bits.take(8), age(bits)["age"], bits.take(5) + 1
    counters = [bits.take(32)]
    while len(counters) < count:
        width = [4, 7, 10, 16][bits.take(2)]
        counters.append((counters[-1] - bits.take(width) - 1) % 2**32)
    return {"epoch": epoch, "held": held, "counters": counters}


def request(bits):
    kind = ["track", "chip", "scene", "names", "contexts", "enough", "object"][bits.take(3)]
    fields = {
        "track": lambda bits: {"track": bits.take(32)},
        "chip": lambda bits: {"track": bits.take(32), "level": bits.take(2)},
        "scene": lambda bits: {"camera": bits.take(6)},
        "enough": lambda bits: {"object": bits.take(8)},
        "object": lambda bits: {"object": bits.take(8)},
    }
    return {"want": kind, **fields.get(kind, lambda bits: {})(bits)}


def verdict(bits):
    return {"track": bits.take(32), "verdict": ["seen", "confirmed", "falseAlarm", "open"][bits.take(2)]}


KINDS = [("update", update), ("track", track), ("short", short)]
OTHERS = [
    ("context", context), ("clock", clock), ("earlier", earlier), ("gone", gone), ("ellipse", ellipse),
    ("motion", motion), ("event", event), ("part", part), ("pose", pose), ("health", health), ("tally", tally),
    ("text", text), ("chip", chip), ("object", an_object), ("piece", piece), ("receipt", receipt),
    ("request", request), ("verdict", verdict), ("ellipse", doubtful_ellipse),
]  # fmt: skip


def record(bits):
    kind = bits.take(2)
    number = None if kind < 3 else bits.take(5)
    if number is not None and number >= len(OTHERS):
        raise Refused("unknown", f"record {number} is of a later version of the format")
    name, read = KINDS[kind] if number is None else OTHERS[number]
    try:
        return {"kind": name, **read(bits)}
    except (IndexError, UnicodeDecodeError):
        raise Refused("contradiction", f"a {name} that no sender writes") from None


def records(payload):
    """What can be read, and why there is no more."""
    bits, told = Bits(payload), []
    try:
        while bits.left() >= 8:
            told.append(record(bits))
        if bits.take(bits.left()):
            raise Refused("contradiction", "filling that is not zero")
    except Refused as refused:
        return told, refused
    return told, None


def opened(packet, secret, sender, direction, epoch, counter):
    """The payload with its epoch and counter; a full packet's own take the place of those given."""
    form = FORMS.get(packet[0] >> 6) if packet else None
    if form is None or len(packet) < FEWEST_BYTES[form]:
        raise Refused("malformed", "this is no packet of the link format, version 1")
    head = packet[: 14 if form == "full" else 3]
    if form == "full":
        sender, epoch = int.from_bytes(head[1:5], "big"), int.from_bytes(head[5:9], "big")
        counter = int.from_bytes(head[9:14], "big")
        if sender & 7 != head[0] & 7:
            raise Refused("malformed", "the packet names two senders")
    elif int.from_bytes(head[1:3], "big") != counter & 0xFFFF:
        raise Refused("forged", "the packet's counter has other last bits")
    if form == "bare":
        return packet[3:], (epoch, counter)
    purpose = f"arete link 1 {direction}".encode()
    key = HKDF(algorithm=SHA256(), length=16, salt=None, info=purpose).derive(secret)
    nonce = sender.to_bytes(4, "big") + epoch.to_bytes(4, "big") + counter.to_bytes(5, "big")
    try:
        payload = AESCCM(key, tag_length=8).decrypt(nonce, packet[len(head) :], head)
    except InvalidTag:
        reason = "the tag does not fit: another key, sender, epoch or counter"
        raise Refused("forged", reason) from None
    return payload, (epoch, counter)


class Receiver:
    """Takes each number of one sender once, and nothing without a tag."""

    def __init__(self, secret, sender, direction):
        self.secret, self.sender, self.direction = secret, sender, direction
        self.taken = set()

    def take(self, packet, epoch, counter):
        form = FORMS.get(packet[0] >> 6) if packet else None
        payload, number = opened(packet, self.secret, self.sender, self.direction, epoch, counter)
        if form == "bare":
            raise Refused("unprotected", "this sender's packets have a tag")
        if form == "full" and int.from_bytes(packet[1:5], "big") != self.sender:
            raise Refused("forged", "this sender is not known")
        if number in self.taken or any(number[0] < epoch for epoch, _ in self.taken):
            raise Refused("replayed", "the packet came before")
        self.taken.add(number)
        return payload


def is_like(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(is_like(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(is_like, a, b))
    is_number = isinstance(a, (int, float)) and isinstance(b, (int, float))
    return math.isclose(a, b, rel_tol=1e-12) if is_number else a == b


def check_taken(vectors, secret):
    wrong = 0
    for vector in vectors["packets"]:
        packet, number = bytes.fromhex(vector["packet"]), (vector["epoch"], vector["counter"])
        payload, found = opened(packet, secret, vectors["sender"], vector["direction"], *number)
        read, fault = records(payload)
        if fault or found != number or payload.hex() != vector["payload"] or not is_like(read, vector["records"]):
            print(f"{vector['name']}: {json.dumps(read)}", file=sys.stderr)
            wrong += 1
    print(f"{len(vectors['packets']) - wrong} of {len(vectors['packets'])} packets say what is published")
    return wrong


def check_refused(vectors, secret):
    wrong = 0
    for vector in vectors["refused"]:
        receiver = Receiver(secret, vectors["sender"], vector["direction"])
        for packet in vector["taken"]:
            receiver.take(bytes.fromhex(packet), vector["epoch"], vector["counter"])
        read, fault = [], None
        try:
            read, fault = records(
                receiver.take(bytes.fromhex(vector["packet"]), vector["epoch"], vector["counter"])
            )
        except Refused as refused:
            fault = refused
        reason = fault.reason if fault else "none"
        if reason != vector["reason"] or not is_like(read, vector["records"]):
            print(f"{vector['name']}: {reason}, {json.dumps(read)}", file=sys.stderr)
            wrong += 1
    count = len(vectors["refused"])
    print(f"{count - wrong} of {count} packets are refused for the published reason")
    return wrong


def check(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    secret = bytes.fromhex(vectors["secret"])
    return check_taken(vectors, secret) + check_refused(vectors, secret)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packet", help="a packet in hexadecimal digits, or a file of vectors (.json)")
    parser.add_argument("--secret", type=bytes.fromhex, default=b"")
    parser.add_argument("--sender", type=int, default=0)
    parser.add_argument("--epoch", type=int, default=0)
    parser.add_argument("--counter", type=int, default=0)
    parser.add_argument("--down", action="store_true")
    options = parser.parse_args()
    if options.packet.endswith(".json"):
        sys.exit(1 if check(options.packet) else 0)
    direction = "down" if options.down else "up"
    try:
        packet = bytes.fromhex(options.packet)
        payload, _ = opened(packet, options.secret, options.sender, direction, options.epoch, options.counter)
        read, fault = records(payload)
    except ValueError as problem:
        sys.exit(f"link_decode.py: {problem}")
    print(json.dumps(read, indent=2))
    if fault:
        sys.exit(f"link_decode.py: {fault}")


if __name__ == "__main__":
    main()
