"""A ground station's process, and how those of a test end."""

import pathlib
import signal
import socket
import sqlite3
import subprocess
import time


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Station:
    """A station in a folder of its own, which can be stopped, killed and started again."""

    def __init__(self, arete, folder, children, page, pairings, more=()):
        folder.mkdir(exist_ok=True)
        self.folder, self.children = folder, children
        self.udp = free_port(socket.SOCK_DGRAM)
        self.store = folder / "station.db"
        self.log = folder / "station.log"
        self.command = [arete, "station", "--listen", f"udp:127.0.0.1:{self.udp}", "--pairing", *pairings]
        self.command += ["--store", self.store, "--page", page, *more]
        self.process = None

    def start(self):
        begin = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=log, cwd=self.folder)
        self.children.append(self.process)
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            told = self.log.read_text(encoding="utf-8")[begin:]
            if "page at " in told:
                return told
            time.sleep(0.05)
        raise SystemExit(f"service.py: the station does not start: {self.log.read_text(encoding='utf-8')}")

    @property
    def token(self):
        return pathlib.Path(f"{self.store}.token").read_text(encoding="utf-8").strip()

    def tell(self, number):
        self.process.send_signal(number)

    def end(self, number=signal.SIGTERM):
        self.tell(number)
        self.process.wait(timeout=20)

    def rows(self, sql):
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=20) as store:
            return store.execute(sql).fetchall()


def end(children):
    for child in reversed(children):
        if child.poll() is None:
            child.kill()
            child.wait()
