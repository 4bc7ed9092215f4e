"""Reads framed ToRadio messages as hexadecimal lines and writes what Meshtastic's own classes see in each; then
FromRadio messages, drawn from a seed, framed, with what they say.
"""

import json
import random
import sys

from meshtastic.protobuf import mesh_pb2, portnums_pb2


def seen(line):
    frame = bytes.fromhex(line)
    assert frame[:2] == b"\x94\xc3" and int.from_bytes(frame[2:4], "big") == len(frame) - 4
    message = mesh_pb2.ToRadio.FromString(frame[4:])
    kind = message.WhichOneof("payload_variant")
    told = {"kind": kind}
    if kind == "packet":
        packet = message.packet
        told |= {"to": packet.to, "channel": packet.channel, "id": packet.id, "hops": packet.hop_limit}
        told |= {"port": packet.decoded.portnum, "payload": packet.decoded.payload.hex()}
        told |= {"from": getattr(packet, "from"), "ack": packet.want_ack}
    if kind == "want_config_id":
        told["number"] = message.want_config_id
    # Nothing is there that the classes do not know.
    told["whole"] = message.SerializeToString(deterministic=True) == frame[4:]
    return told


def packet_of(generator):
    packet = mesh_pb2.MeshPacket()
    setattr(packet, "from", generator.getrandbits(32))
    packet.to, packet.id, packet.channel = generator.getrandbits(32), generator.getrandbits(32), generator.randrange(8)
    packet.rx_time, packet.rx_snr, packet.rx_rssi = generator.getrandbits(32), generator.randrange(-80, 80) / 4, -90
    packet.hop_limit, packet.want_ack = generator.randrange(8), generator.random() < 0.5
    packet.decoded.portnum = portnums_pb2.PRIVATE_APP
    packet.decoded.payload = generator.randbytes(generator.randrange(1, 234))
    packet.decoded.request_id, packet.decoded.bitfield = generator.getrandbits(32), 1
    return packet


def drawn(generator):
    message, told = mesh_pb2.FromRadio(id=generator.getrandbits(32)), {"kind": "other"}
    kind = generator.randrange(8)
    if kind == 0:
        message.packet.CopyFrom(packet_of(generator))
        packet = message.packet
        told = {"kind": "packet", "from": getattr(packet, "from"), "to": packet.to, "id": packet.id}
        told |= {"channel": packet.channel, "hops": packet.hop_limit, "snr": packet.rx_snr, "rssi": packet.rx_rssi}
        told["payload"] = packet.decoded.payload.hex()
    elif kind == 1:
        message.packet.CopyFrom(packet_of(generator))
        message.packet.decoded.portnum = portnums_pb2.TEXT_MESSAGE_APP
    elif kind == 2:
        message.packet.CopyFrom(packet_of(generator))
        message.packet.encrypted = generator.randbytes(40)
    elif kind == 3:
        message.my_info.my_node_num = generator.getrandbits(32)
        message.my_info.min_app_version = 30200
        told = {"kind": "node", "number": message.my_info.my_node_num}
    elif kind == 4:
        message.config_complete_id = generator.getrandbits(32)
        told = {"kind": "configured", "number": message.config_complete_id}
    elif kind == 5:
        message.rebooted = True
        told = {"kind": "rebooted"}
    elif kind == 6:
        message.queueStatus.free, message.queueStatus.maxlen = generator.randrange(17), 16
        told = {"kind": "room", "number": message.queueStatus.free}
    else:
        message.node_info.num = generator.getrandbits(32)
        message.node_info.user.long_name = "Hütte"
        message.node_info.position.latitude_i = -465500000
    bytes_ = message.SerializeToString()
    return {"frame": (b"\x94\xc3" + len(bytes_).to_bytes(2, "big") + bytes_).hex()} | told


def main():
    for line in sys.stdin:
        print(json.dumps(seen(line)))
    generator = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(json.dumps(drawn(generator)))


main()
