"""A drone's autopilot that flies circles and tells by MAVLink 2 where it is, as much as a camera's station needs of it."""

import math
import socket
import struct
import threading
import time

# Of the common dialect: id of the message, its CRC_EXTRA.
HEARTBEAT = (0, 50)
SYSTEM_TIME = (2, 137)
GPS_RAW_INT = (24, 24)
ATTITUDE = (30, 39)
GLOBAL_POSITION_INT = (33, 104)
CAMERA_FOV_STATUS = (271, 22)
GIMBAL_DEVICE_ATTITUDE_STATUS = (285, 137)

YAW_IN_EARTH_FRAME = 64
UNKNOWN = 0x7FFFFFFF

METRES_PER_DEGREE = 111_320


def checksum(data):
    """CRC-16/MCRF4XX, which MAVLink takes."""
    crc = 0xFFFF
    for byte in data:
        low = (byte ^ crc) & 0xFF
        low = (low ^ (low << 4)) & 0xFF
        crc = (crc >> 8) ^ (low << 8) ^ (low << 3) ^ (low >> 4)
    return crc


class Autopilot:
    """Tells who speaks to its UDP port, on this machine alone, until it is stopped.

    `gimbal`: degrees by which its camera looks up, to the north, and from the left to the right of its picture; None:
    it says nothing of a camera.
    """

    def __init__(self, latitude, longitude, altitude=2300, radius=600, gimbal=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.place = (latitude, longitude, altitude, radius)
        self.gimbal = gimbal
        self.to = None
        self.sequence = 0
        self.begin = time.monotonic()
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def stop(self):
        self.ending.set()
        self.thread.join()
        self.socket.close()

    def send(self, message, payload):
        number, extra = message
        payload = payload.rstrip(b"\0") or b"\0"
        head = struct.pack("<BBBBBB", len(payload), 0, 0, self.sequence & 0xFF, 1, 1) + number.to_bytes(3, "little")
        crc = checksum(head + payload + bytes([extra]))
        self.socket.sendto(b"\xfd" + head + payload + struct.pack("<H", crc), self.to)
        self.sequence += 1

    def run(self):
        turn = 0
        while not self.ending.wait(0.1):
            self.hear()
            if self.to:
                self.tell(turn)
            turn += 1

    def hear(self):
        try:
            while True:
                _, self.to = self.socket.recvfrom(2048)
        except BlockingIOError:
            pass

    def tell(self, turn):
        latitude, longitude, altitude, radius = self.place
        since = time.monotonic() - self.begin
        boot = int(since * 1000)
        # 12 m/s around the middle, seen from above with the sun.
        angle = since * 12 / radius
        north, east = radius * math.cos(angle), radius * math.sin(angle)
        course = math.fmod(angle + math.pi / 2, 2 * math.pi)
        at = (
            round((latitude + north / METRES_PER_DEGREE) * 1e7),
            round((longitude + east / METRES_PER_DEGREE / math.cos(math.radians(latitude))) * 1e7),
        )
        speed = (round(1200 * math.cos(course)), round(1200 * math.sin(course)))
        yaw = math.remainder(course, 2 * math.pi)
        self.send(ATTITUDE, struct.pack("<Iffffff", boot, 0.15, -0.05, yaw, 0, 0, 0))
        if turn % 2 == 0:
            self.send(
                GLOBAL_POSITION_INT,
                struct.pack(
                    "<IiiiihhhH",
                    boot,
                    *at,
                    altitude * 1000,
                    120_000,
                    *speed,
                    0,
                    round(math.degrees(course) % 360 * 100),
                ),
            )
        if self.gimbal:
            self.tell_camera(boot, *self.gimbal)
        if turn % 10 == 0:
            # A quadcopter of ArduPilot that is armed and flies.
            self.send(HEARTBEAT, struct.pack("<IBBBBB", 4, 2, 3, 0x81, 4, 3))
            self.send(SYSTEM_TIME, struct.pack("<QI", time.time_ns() // 1000, boot))
            self.send(
                GPS_RAW_INT,
                struct.pack(
                    "<QiiiHHHHBBiIIIIH",
                    boot * 1000,
                    *at,
                    altitude * 1000,
                    80,
                    120,
                    1200,
                    round(math.degrees(course) % 360 * 100),
                    3,
                    14,
                    (altitude + 20) * 1000,
                    1500,
                    2500,
                    300,
                    0,
                    0,
                ),
            )

    def tell_camera(self, boot, pitch, view):
        half = math.radians(pitch) / 2
        turn = (math.cos(half), 0, math.sin(half), 0)
        nothing = math.nan
        flags = (0, YAW_IN_EARTH_FRAME, 0, 0, nothing, nothing, 0)
        self.send(GIMBAL_DEVICE_ATTITUDE_STATUS, struct.pack("<IfffffffIHBBffB", boot, *turn, 0, 0, 0, *flags))
        self.send(CAMERA_FOV_STATUS, struct.pack("<I6i4fffB", boot, *[UNKNOWN] * 6, *turn, view, nothing, 0))
