"""Reads packets as hexadecimal lines and writes what the package cobs makes of each."""

import sys

from cobs import cobs

for line in sys.stdin:
    print(cobs.encode(bytes.fromhex(line)).hex())
