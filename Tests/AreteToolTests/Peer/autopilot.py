"""An autopilot over pymavlink: sends what it is asked for, hands TUNNEL packets on, and writes what it gets as JSON.

autopilot.py LINE STATION SECONDS SYSTEM [KEY]: LINE and STATION as pymavlink writes them, the line at 57,600 baud. Seven
seconds after its start it knows what time it is. A signing key has 64 hexadecimal digits.
"""

import json
import math
import os
import sys
import time

os.environ["MAVLINK20"] = "1"
from pymavlink import mavutil  # noqa: E402
from pymavlink.dialects.v20 import common  # noqa: E402

SET_MESSAGE_INTERVAL, CLOCKLESS_SECONDS = 511, 7
ATTITUDE, POSITION, SYSTEM_TIME, GPS, GIMBAL = 30, 33, 2, 24, 285
MAVLINK_TYPE, AUTOPILOT = common.MAV_TYPE_QUADROTOR, common.MAV_AUTOPILOT_ARDUPILOTMEGA
start = time.monotonic()
end = start + float(sys.argv[3])
line = mavutil.mavlink_connection(sys.argv[1], baud=57600, source_system=int(sys.argv[4]), source_component=1)
station = mavutil.mavlink_connection(sys.argv[2], source_system=int(sys.argv[4]), source_component=1)
if len(sys.argv) > 5:
    line.setup_signing(bytes.fromhex(sys.argv[5]))
radio = common.MAVLink(line, srcSystem=51, srcComponent=68)
print(json.dumps({"mavpackettype": "READY"}), flush=True)


def boot():
    """Milliseconds since the start, of a clock that began long before."""
    return int((time.monotonic() - start) * 1000) + 100_000


def send(message):
    """A message of the vehicle: it flies north at 10 m/s, its nose to the east, its camera down by 45 degrees."""
    seconds = time.monotonic() - start
    if message == ATTITUDE:
        line.mav.attitude_send(boot(), 0.1, -0.2, math.pi / 2, 0, 0, 0)
    elif message == POSITION:
        latitude = int(465000000 + seconds * 10 / 0.01112)
        line.mav.global_position_int_send(boot(), latitude, 81000000, 1_500_000, 120_000, 1000, 0, 0, 9000)
    elif message == SYSTEM_TIME:
        knows = seconds > CLOCKLESS_SECONDS
        line.mav.system_time_send(int(time.time() * 1e6) if knows else 0, boot())
    elif message == GPS:
        fields = (465000000, 81000000, 1_500_000, 100, 100, 1000, 0, 12, 1_552_000, 2000, 3000)
        line.mav.gps_raw_int_send(boot() * 1000, 3, *fields)
    elif message == GIMBAL:
        half, quarter = math.pi / 4, math.pi / 8
        down = (math.cos(quarter), 0, -math.sin(quarter), 0)
        turn = (math.cos(half) * down[0], -math.sin(half) * down[2], math.cos(half) * down[2], math.sin(half) * down[0])
        flags = common.GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME
        line.mav.gimbal_device_attitude_status_send(0, 0, boot(), flags, turn, 0, 0, 0, 0)


def told(message, where):
    if message.get_type() == "BAD_DATA":
        print(json.dumps({"mavpackettype": "BAD_DATA"}), flush=True)
        return
    fields = {name: None if value != value else value for name, value in message.to_dict().items()}
    fields.pop("payload", None)
    signed = message.get_signed()
    text = {"where": where, "system": message.get_srcSystem(), "component": message.get_srcComponent()}
    print(json.dumps({**text, "signed": signed, "at": time.monotonic() - start, **fields}, default=str), flush=True)


intervals, due, beat = {}, {}, 0
while time.monotonic() < end:
    now = time.monotonic()
    if now >= beat:
        beat = now + 1
        line.mav.heartbeat_send(MAVLINK_TYPE, AUTOPILOT, 0, 0, 4)
        station.mav.heartbeat_send(MAVLINK_TYPE, AUTOPILOT, 0, 0, 4)
        radio.radio_status_send(200, 190, 40 if now - start < 5 else 99, 1, 1, 0, 0)
    for message, interval in intervals.items():
        if now >= due[message]:
            due[message] = max(due[message] + interval, now - 1)
            send(message)
    while True:
        message = line.recv_msg()
        if message is None:
            break
        told(message, "line")
        kind = message.get_type()
        if kind == "COMMAND_LONG" and message.command == SET_MESSAGE_INTERVAL:
            intervals[int(message.param1)] = message.param2 / 1e6
            due[int(message.param1)] = now
            line.mav.command_ack_send(SET_MESSAGE_INTERVAL, 0)
        elif kind == "TIMESYNC" and message.tc1 == 0:
            line.mav.timesync_send(boot() * 1_000_000, message.ts1)
        elif kind == "TUNNEL":
            # As autopilots do it: the frame as it came.
            station.write(message.get_msgbuf())
    while True:
        message = station.recv_msg()
        if message is None:
            break
        if message.get_type() == "TUNNEL":
            line.write(message.get_msgbuf())
    time.sleep(0.005)
