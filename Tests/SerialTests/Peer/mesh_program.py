"""A program over Meshtastic's own SerialInterface: writes what it hears, and says the same back, one longer."""

import sys

import meshtastic.serial_interface
from pubsub import pub

PRIVATE = 256


def on_receive(packet, interface):
    decoded = packet["decoded"]
    print(packet["from"], packet["to"], packet["id"], decoded["portnum"], decoded["payload"].hex(), flush=True)
    interface.sendData(decoded["payload"] + b"!", destinationId=packet["from"], portNum=PRIVATE, channelIndex=2)


pub.subscribe(on_receive, "meshtastic.receive")
interface = meshtastic.serial_interface.SerialInterface(sys.argv[1], connectNow=False)
interface.connect()
sys.stdin.read()
