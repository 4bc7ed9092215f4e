"""Reads messages as lines of JSON and writes what pymavlink makes of them, then messages of its own.

Each line: {"name", "fields", "sequence", "system", "component", "frame", and, of signed ones, "key", "link", "time"}.
Of each, the frame that pymavlink packs is written, and whether it takes the one in the line, whole.
"""

import json
import os
import random
import struct
import sys

os.environ["MAVLINK20"] = "1"
from pymavlink.dialects.v20 import ardupilotmega as dialect  # noqa: E402

KINDS = {kind.msgname: kind for kind in dialect.mavlink_map.values()}


def float_of(bits):
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def bits_of(number):
    return struct.unpack("<I", struct.pack("<f", number))[0]


def told(kind, name, value):
    """A field in the form of the lines."""
    array, wire = kind.array_lengths[kind.ordered_fieldnames.index(name)], kind.fieldtypes[kind.fieldnames.index(name)]
    if wire == "float":
        return {"fs": [bits_of(v) for v in value]} if array else {"f": bits_of(value)}
    if wire == "char":
        return list(value.ljust(array, b"\0"))
    return list(value) if array else value


def value_of(kind, name, told_value):
    if isinstance(told_value, dict):
        return [float_of(b) for b in told_value["fs"]] if "fs" in told_value else float_of(told_value["f"])
    if isinstance(told_value, list) and kind.fieldtypes[kind.fieldnames.index(name)] == "char":
        return bytes(told_value)
    return told_value


def link(line):
    end = dialect.MAVLink(None, srcSystem=line["system"], srcComponent=line["component"])
    end.robust_parsing = False
    end.seq = line["sequence"]
    if "key" in line:
        end.signing.secret_key = bytes.fromhex(line["key"])
        end.signing.link_id = line["link"]
        end.signing.timestamp = line["time"]
        end.signing.sign_outgoing = True
    return end


def answer(line):
    kind = KINDS[line["name"]]
    message = kind(**{name: value_of(kind, name, value) for name, value in line["fields"].items()})
    packed = bytes(message.pack(link(line)))
    reader = link(line)
    reader.signing.timestamp = 0
    read = reader.parse_buffer(bytes.fromhex(line["frame"]))
    taken = read is not None and len(read) == 1 and read[0].get_type() == line["name"]
    return {"frame": packed.hex(), "taken": taken}


SIZES = {"uint8_t": (0, 255), "uint16_t": (0, 65535), "uint32_t": (0, 2**32 - 1), "uint64_t": (0, 2**64 - 1)}
SIZES |= {"int8_t": (-128, 127), "int16_t": (-32768, 32767), "int32_t": (-(2**31), 2**31 - 1)}
SIZES |= {"int64_t": (-(2**63), 2**63 - 1)}


def drawn(generator, kind, name):
    array, wire = kind.array_lengths[kind.ordered_fieldnames.index(name)], kind.fieldtypes[kind.fieldnames.index(name)]

    def one():
        if wire == "float":
            return generator.choice([0.0, float("nan"), float_of(bits_of(generator.uniform(-1e6, 1e6)))])
        return generator.choice([0, generator.randint(*SIZES[wire])])

    if wire == "char":
        return bytes(generator.randrange(32, 127) for _ in range(generator.randrange(array + 1)))
    return [one() for _ in range(array)] if array else one()


def made(generator, name):
    kind = KINDS[name]
    fields = {field: drawn(generator, kind, field) for field in kind.fieldnames}
    line = {key: generator.randrange(256) for key in ["sequence", "system", "component"]}
    if generator.random() < 0.5:
        line |= {"key": generator.randbytes(32).hex(), "link": generator.randrange(256)}
        line["time"] = generator.randrange(2**40, 2**47)
    is_old = "key" not in line and kind.id < 256 and generator.random() < 0.3
    frame = bytes(kind(**fields).pack(link(line), force_mavlink1=is_old))
    line |= {"name": name, "frame": frame.hex(), "old": is_old}
    line["fields"] = {field: told(kind, field, value) for field, value in fields.items()}
    return line


def main():
    generator, names = random.Random(int(sys.argv[1])), []
    for text in sys.stdin:
        line = json.loads(text)
        print(json.dumps(answer(line)))
        names.append(line["name"])
    for name in names:
        print(json.dumps(made(generator, name), sort_keys=True))


main()
