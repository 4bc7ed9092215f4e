"""Reads and makes TAK events with other people's code, one request a line of the file that is named.

    xml|mesh|stream HEX   what takproto reads in these bytes
    make SEED             an event drawn by ElementTree and takproto, in all three forms

Answers are one line of JSON each.
"""

import json
import random
import sys
import xml.etree.ElementTree as ET

import takproto
from pytak.functions import gen_cot_xml


def fields(message):
    event = message.cotEvent
    detail = event.detail
    return {
        "uid": event.uid, "type": event.type, "how": event.how,
        "time": event.sendTime, "start": event.startTime, "stale": event.staleTime,
        "lat": event.lat, "lon": event.lon, "hae": event.hae, "ce": event.ce, "le": event.le,
        "callsign": detail.contact.callsign if detail.HasField("contact") else None,
        "speed": detail.track.speed if detail.HasField("track") else None,
        "course": detail.track.course if detail.HasField("track") else None,
        "battery": detail.status.battery if detail.HasField("status") else None,
        # What they hold as text must be XML for them too.
        "others": [element.tag for element in ET.fromstring(f"<d>{detail.xmlDetail}</d>")],
        "remarks": ET.fromstring(f"<d>{detail.xmlDetail}</d>").findtext("remarks"),
    }


def read(kind, data):
    if kind == "xml":
        return fields(takproto.functions.xml2message(data))
    return fields(takproto.parse_proto(bytearray(data)))


def word(random):
    return "".join(random.choice("abcXYZ 019<>&\"'ä€😀/") for _ in range(random.randint(1, 20)))


def make(seed):
    draw = random.Random(seed)
    if draw.random() < 0.2:
        root = gen_cot_xml(
            lat=draw.uniform(-90, 90), lon=draw.uniform(-180, 180), ce=draw.uniform(0, 100), hae=draw.uniform(0, 4000),
            le=draw.uniform(0, 100), uid=word(draw), stale=60, cot_type="a-f-G-U-C", callsign=word(draw))
    else:
        root = ET.Element("event", version="2.0", uid=word(draw), type="a-u-G", how="m-g")
        for name in ("time", "start", "stale"):
            root.set(name, f"20{draw.randint(10, 99)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}T0{draw.randint(0, 9)}"
                     f":1{draw.randint(0, 9)}:2{draw.randint(0, 9)}{draw.choice(['', '.5', '.250', '.125000'])}Z")
        ET.SubElement(root, "point", lat=str(draw.uniform(-90, 90)), lon=str(draw.uniform(-180, 180)),
                      hae=draw.choice(["9999999.0", "1234.5"]), ce=draw.choice(["9999999.0", "12"]), le="0.25")
        detail = ET.SubElement(root, "detail")
        if draw.random() < 0.7:
            ET.SubElement(detail, "contact", callsign=word(draw), endpoint="*:-1:stcp")
        if draw.random() < 0.7:
            ET.SubElement(detail, "track", speed=str(draw.uniform(0.1, 90)), course=str(draw.uniform(0.1, 359)))
        if draw.random() < 0.7:
            ET.SubElement(detail, "remarks").text = word(draw)
        if draw.random() < 0.5:
            ET.SubElement(detail, "status", battery=str(draw.randint(1, 100)))
            ET.SubElement(detail, "__group", name=word(draw), role="Team Member")
        if draw.random() < 0.5:
            ET.SubElement(ET.SubElement(detail, "a"), "b", c=word(draw)).text = word(draw)
    text = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    message = takproto.functions.xml2message(text)
    return {
        "xml": text.hex(), "mesh": bytes(takproto.xml2proto(text)).hex(),
        "stream": bytes(takproto.xml2proto(text, takproto.TAKProtoVer.STREAM)).hex(), "fields": fields(message),
    }


for line in open(sys.argv[1], encoding="ascii"):
    request, _, argument = line.strip().partition(" ")
    try:
        answer = make(int(argument)) if request == "make" else read(request, bytes.fromhex(argument))
    except Exception as error:  # What they cannot read is an answer too.
        answer = {"error": repr(error), "request": line.strip()[:2000]}
    print(json.dumps(answer))
