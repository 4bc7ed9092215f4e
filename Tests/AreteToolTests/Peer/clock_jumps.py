"""A sender whose clock is set again and again: writes what its station says, with when, as JSON lines.

    clock_jumps.py ARETE RESULTS PORT [SECONDS:OFFSET ...]

Runs `arete station` by the machine's clock, and `arete link replay` with a clock of its own (faketime): OFFSET seconds
from the machine's, from SECONDS after its begin; `1970` stands for one that begins anew. An offset `kill` ends the
sender with SIGKILL and starts it again.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

arete, results, port = sys.argv[1:4]
steps = [step.split(":") for step in sys.argv[4:]]
clock = os.path.abspath("clock")
place = f"udp:127.0.0.1:{port}"


def put_clock(offset):
    value = 60 - int(time.time()) if offset == "1970" else int(offset)
    with open("clock.new", "w", encoding="ascii") as file:
        file.write(f"{value:+d}\n")
    os.rename("clock.new", clock)


def tell(kind, line):
    at, now = time.monotonic() - began, time.time()
    print(json.dumps({"who": kind, "at": round(at, 3), "now": round(now * 1000), "line": line.strip()}), flush=True)


def follow(kind, stream):
    thread = threading.Thread(target=lambda: [tell(kind, line) for line in stream])
    thread.start()
    return thread


def sender():
    # The offset of the first line holds as long as no file is read.
    fake = ["faketime", "-m", "--exclude-monotonic", "-f", "+0", "env", "-u", "FAKETIME"]
    fake += [f"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_NO_CACHE=1"]
    line = ["link", "replay", results, "--pairing", "p", "--to", place, "--spool", "spool", "--area", "46.55,8.1"]
    process = subprocess.Popen(
        [*fake, arete, *line, "--rate", "3000", "--patience", "8", "--json"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )
    threads.append(follow("sender", process.stdout))
    return process


began = time.monotonic()
threads = []
subprocess.run([arete, "link", "pair", "drone", "-o", "p"], check=True, stdout=subprocess.DEVNULL)
station = subprocess.Popen(
    [arete, "station", "--listen", place, "--pairing", "p", "--store", "store", "--no-page", "--json"],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
)
threads += [follow("station", station.stdout), follow("log", station.stderr)]
time.sleep(0.5)
put_clock(steps[0][1])
process = sender()
start = time.monotonic()
for seconds, offset in steps[1:]:
    time.sleep(max(start + float(seconds) - time.monotonic(), 0))
    tell("clock", offset)
    if offset == "kill":
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process = sender()
    else:
        put_clock(offset)
process.wait()
time.sleep(0.3)
station.terminate()
station.wait()
for thread in threads:
    thread.join()
