"""A ground station over pymavlink: asks the camera that it hears what it is, and writes each message as JSON."""

import json
import os
import sys
import time

os.environ["MAVLINK20"] = "1"
from pymavlink import mavutil  # noqa: E402

REQUEST_MESSAGE, CAMERA_INFORMATION = 512, 259
line = mavutil.mavlink_connection(sys.argv[1], source_system=255, source_component=190)
print("ready", flush=True)
asked = False
end = time.time() + float(sys.argv[2])
while time.time() < end:
    message = line.recv_match(blocking=True, timeout=0.2)
    if message is None:
        continue
    # What is not a number is unknown.
    fields = {name: None if value != value else value for name, value in message.to_dict().items()}
    system, component = message.get_srcSystem(), message.get_srcComponent()
    print(json.dumps({"system": system, "component": component, "at": time.time(), **fields}), flush=True)
    if not asked and message.get_type() == "HEARTBEAT":
        asked = True
        line.mav.command_long_send(system, component, REQUEST_MESSAGE, 0, CAMERA_INFORMATION, 0, 0, 0, 0, 0, 0)
