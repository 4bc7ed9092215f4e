"""How many bytes a detection takes in formats of others, by their own libraries where there are any."""

import datetime
import io
import json
import math
import os
import statistics
import zlib

WIDTH, HEIGHT = 1920, 1080


def stamp(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def compact(content):
    return json.dumps(content, separators=(",", ":")).encode()


def box(one):
    return [one["box"][key] for key in ("x", "y", "width", "height")]


def whole_numbers(one):
    """Track, class, percent, 1e-7 degrees, decimetres, box, milliseconds."""
    return [
        one["id"], one["class"], round(one["score"] * 100), round(one["latitude"] * 1e7), round(one["longitude"] * 1e7),
        round(one["height"] * 10), *box(one), round(one["time"] * 1000),
    ]


NAMES = ["track", "class", "conf", "lat", "lon", "alt", "x", "y", "w", "h", "t"]


# Text


def plain_json(one):
    x, y, width, height = box(one)
    return json.dumps({
        "track_id": one["id"], "class": one["label"], "confidence": one["score"], "latitude": one["latitude"],
        "longitude": one["longitude"], "altitude": one["height"],
        "box": {"x": x, "y": y, "w": width, "h": height}, "time": stamp(one["time"]),
    }).encode()


def json_array(one):
    place = [one["latitude"], one["longitude"], one["height"]]
    return compact([one["id"], one["class"], one["score"], *place, *box(one), one["time"]])


def geojson(one):
    return compact({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [one["longitude"], one["latitude"], one["height"]]},
        "properties": {
            "track": one["id"], "class": one["label"], "confidence": one["score"], "box": box(one),
            "time": stamp(one["time"]),
        },
    })


def frigate(one):
    """An event of Frigate's topic `events`: what was and what is, with a place added."""
    x, y, width, height = box(one)
    edges = [x, y, x + width, y + height]
    region = [max(x - 160, 0), max(y - 160, 0), x + 160, y + 160]
    empty_lists = ["current_zones", "entered_zones"]
    nothing = ["sub_label", "end_time", "thumbnail", "recognized_license_plate", "recognized_license_plate_score"]
    no = ["false_positive", "has_snapshot", "has_clip", "stationary"]
    zero = ["motionless_count", "position_changes", "current_estimated_speed", "average_estimated_speed"]
    zero += ["velocity_angle"]
    state = {
        "id": f"{one['time']:.6f}-abc{one['id']}", "camera": "air", "frame_time": one["time"],
        "snapshot": {
            "frame_time": one["time"], "box": edges, "area": width * height, "region": region, "score": one["score"],
            "attributes": [],
        },
        "label": one["label"], "top_score": one["score"], "start_time": one["time"], "score": one["score"],
        "box": edges, "area": width * height, "ratio": round(width / height, 3), "region": region, "active": True,
        "attributes": {}, "current_attributes": [],
        "geo": {"lat": one["latitude"], "lon": one["longitude"], "alt": one["height"]},
        **{key: [] for key in empty_lists}, **{key: None for key in nothing}, **{key: False for key in no},
        **{key: 0 for key in zero},
    }
    return json.dumps({"before": state, "after": state, "type": "update"}).encode()


def cursor_on_target(one):
    begin, end = stamp(one["time"]), stamp(one["time"] + 120)
    return (
        f'<event version="2.0" uid="box.track.{one["id"]}" type="a-u-G" how="m-r" time="{begin}" start="{begin}" '
        f'stale="{end}"><point lat="{one["latitude"]}" lon="{one["longitude"]}" hae="{one["height"]}" ce="8.0" '
        f'le="9999999"/><detail><contact callsign="{one["label"]} {one["id"]}"/><remarks>{one["label"]} '
        f'{one["score"]:.2f} box {",".join(map(str, box(one)))}</remarks></detail></event>'
    )


def onvif(one):
    x, y, width, height = box(one)

    def part(value, of):
        return f"{2 * value / of - 1:.4f}"

    left, top, right, bottom = part(x, WIDTH), part(y, HEIGHT), part(x + width, WIDTH), part(y + height, HEIGHT)
    middle = part(x + width / 2, WIDTH), part(y + height / 2, HEIGHT)
    return (
        '<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics>'
        f'<tt:Frame UtcTime="{stamp(one["time"])}"><tt:Object ObjectId="{one["id"]}"><tt:Appearance><tt:Shape>'
        f'<tt:BoundingBox left="{left}" top="{top}" right="{right}" bottom="{bottom}"/>'
        f'<tt:CenterOfGravity x="{middle[0]}" y="{middle[1]}"/></tt:Shape><tt:Class>'
        f'<tt:Type Likelihood="{one["score"]}">{one["label"]}</tt:Type></tt:Class>'
        f'<tt:GeoLocation lon="{one["longitude"]}" lat="{one["latitude"]}" elevation="{one["height"]}"/>'
        "</tt:Appearance></tt:Object></tt:Frame></tt:VideoAnalytics></tt:MetadataStream>"
    ).encode()


def placemark(one):
    return (
        f'<Placemark id="{one["id"]}"><name>{one["label"]} {one["score"]}</name><TimeStamp><when>{stamp(one["time"])}'
        f'</when></TimeStamp><ExtendedData><Data name="box"><value>{",".join(map(str, box(one)))}</value></Data>'
        "</ExtendedData><Point><altitudeMode>absolute</altitudeMode><coordinates>"
        f'{one["longitude"]},{one["latitude"]},{one["height"]}</coordinates></Point></Placemark>'
    ).encode()


def senml(one, label, unit, value, text, base, time):
    place = [("lat", "lat", one["latitude"]), ("lon", "lon", one["longitude"]), ("alt", "m", one["height"])]
    records = [{label: name, unit: of, value: number} for name, of, number in place]
    records += [{label: "cls", text: one["label"]}, {label: "conf", unit: "/", value: one["score"]}]
    records += [{label: name, value: number} for name, number in zip("xywh", box(one), strict=True)]
    return [{base: f"box/{one['id']}/", time: one["time"], **records[0]}, *records[1:]]


# Protocol buffers


def messages():
    """Classes of messages, by name: field numbers of Sparkplug B and of Meshtastic's TAK packets are theirs."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    kinds = {"double": 1, "float": 2, "uint64": 4, "string": 9, "uint32": 13, "sfixed32": 15, "sint32": 17}
    drawn = {
        "Detection": [(name, kind, index + 1) for index, (name, kind) in enumerate(zip(
            NAMES, ["uint32"] * 3 + ["sfixed32"] * 2 + ["sint32"] + ["uint32"] * 4 + ["uint64"], strict=True))],
        "Metric": [("alias", "uint64", 2), ("timestamp", "uint64", 3), ("datatype", "uint32", 4),
                   ("int_value", "uint32", 10), ("float_value", "float", 12), ("double_value", "double", 13)],
        "Payload": [("timestamp", "uint64", 1), ("metrics", "Metric", 2), ("seq", "uint64", 3)],
        "TAKPacketV2": [("cot_type_id", "uint32", 1), ("how", "uint32", 2), ("latitude_i", "sfixed32", 6),
                        ("longitude_i", "sfixed32", 7), ("altitude", "sint32", 8), ("uid", "string", 14),
                        ("stale_seconds", "uint32", 16), ("remarks", "string", 24)],
    }
    file = descriptor_pb2.FileDescriptorProto(name="bytes.proto", package="b", syntax="proto3")
    for name, fields in drawn.items():
        message = file.message_type.add(name=name)
        for field, kind, number in fields:
            if kind in kinds:
                message.field.add(name=field, number=number, type=kinds[kind], label=1)
            else:
                message.field.add(name=field, number=number, type=11, label=3, type_name=f".b.{kind}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"b.{name}")) for name in drawn}


def sparkplug(one, made):
    time = round(one["time"] * 1000)
    payload = made["Payload"](timestamp=time, seq=5)
    whole, single, double = (3, "int_value"), (9, "float_value"), (10, "double_value")
    values = [
        (whole, one["id"]), (whole, one["class"]), (single, one["score"]), (double, one["latitude"]),
        (double, one["longitude"]), (single, one["height"]), *((whole, side) for side in box(one)),
    ]
    for alias, ((datatype, field), value) in enumerate(values):
        payload.metrics.add(alias=10 + alias, timestamp=time, datatype=datatype, **{field: value})
    return payload.SerializeToString()


def mesh_packet(one, made):
    return made["TAKPacketV2"](
        cot_type_id=35, how=2, latitude_i=round(one["latitude"] * 1e7), longitude_i=round(one["longitude"] * 1e7),
        altitude=round(one["height"]), uid=f"box.track.{one['id']}", stale_seconds=120,
        remarks=f"{one['label']} {one['score']:.2f}",
    ).SerializeToString()


# MAVLink


def mavlink(one):
    os.environ["MAVLINK20"] = "1"
    from pymavlink.dialects.v20 import ardupilotmega as dialect

    link, unknown = dialect.MAVLink(io.BytesIO(), srcSystem=1, srcComponent=100), math.nan
    x, y, width, height = box(one)
    latitude, longitude = round(one["latitude"] * 1e7), round(one["longitude"] * 1e7)
    edges = x / WIDTH, y / HEIGHT, (x + width) / WIDTH, (y + height) / HEIGHT
    text = f"{one['label']} {one['id']} {one['score']:.2f} {one['latitude']:.6f},{one['longitude']:.6f}"
    sent = {
        "image": dialect.MAVLink_camera_tracking_image_status_message(1, 2, 1, unknown, unknown, unknown, *edges),
        "geo": dialect.MAVLink_camera_tracking_geo_status_message(
            1, latitude, longitude, one["height"], 8, *[unknown] * 8),
        "adsb": dialect.MAVLink_adsb_vehicle_message(
            0xA00000 + one["id"], latitude, longitude, 1, round(one["height"] * 1000), 0, 0, 0, b"PERSON", 17, 1, 3, 0),
        "text": dialect.MAVLink_statustext_message(4, text.encode()[:50]),
        "drone": dialect.MAVLink_open_drone_id_location_message(
            0, 0, bytes(20), 2, 36100, 0, 0, latitude, longitude, -1000, one["height"], 0, -1000, 9, 4, 0, 3,
            one["time"] % 3600, 4),
    }
    return {name: len(message.pack(link)) for name, message in sent.items()}


UPER = """Bytes DEFINITIONS AUTOMATIC TAGS ::= BEGIN Detection ::= SEQUENCE {
    track INTEGER(0..1023), class INTEGER(0..31), conf INTEGER(0..100), lat INTEGER(-900000000..900000000),
    lon INTEGER(-1800000000..1800000000), alt INTEGER(-5000..90000), x INTEGER(0..4095), y INTEGER(0..4095),
    w INTEGER(0..1023), h INTEGER(0..1023), t INTEGER(0..4398046511103) } END"""


def sizes(detections):
    """Rows of name, mean bytes of a detection or which library is missing, and what it lacks."""
    rows = []

    def row(name, encode, lacks=""):
        try:
            rows.append((name, statistics.mean(encode(one) for one in detections), lacks))
        except ImportError as missing:
            rows.append((name, f"needs {missing.name}", lacks))

    def library(name):
        return __import__(name)

    made = None

    def proto():
        nonlocal made
        made = made or messages()
        return made

    def tak(one):
        import takproto

        return len(bytes(takproto.xml2proto(cursor_on_target(one), takproto.TAKProtoVer.MESH)))

    row("Frigate's event, JSON, with a place", lambda one: len(frigate(one)))
    row("ONVIF metadata, XML", lambda one: len(onvif(one)))
    row("CoT, XML", lambda one: len(cursor_on_target(one)))
    row("KML placemark", lambda one: len(placemark(one)))
    row("SenML, JSON", lambda one: len(compact(senml(one, "n", "u", "v", "vs", "bn", "bt"))))
    row("TAK protocol 1, mesh (takproto)", tak)
    row("GeoJSON", lambda one: len(geojson(one)))
    row("JSON, plain keys", lambda one: len(plain_json(one)))
    row("Sparkplug B, aliases", lambda one: len(sparkplug(one, proto())), "names, told once")
    row("DIS entity state (IEEE 1278.1)", lambda _: 144, "confidence, box; its fixed part")
    row("SenML, CBOR", lambda one: len(library("cbor2").dumps(senml(one, 0, 1, 2, 3, -2, -3))))
    row("MAVLink CAMERA_TRACKING_IMAGE_STATUS and GEO_STATUS", lambda one: mavlink(one)["image"] + mavlink(one)["geo"],
        "number, class, confidence, time")
    row("MAVLink OPEN_DRONE_ID_LOCATION", lambda one: mavlink(one)["drone"], "all but place and time")
    row("MAVLink ADSB_VEHICLE", lambda one: mavlink(one)["adsb"], "class, confidence, box, time")
    row("MAVLink STATUSTEXT", lambda one: mavlink(one)["text"], "box, time")
    row("CBOR, text keys", lambda one: len(library("cbor2").dumps(dict(zip(NAMES, whole_numbers(one), strict=True)))))
    row("MessagePack, text keys",
        lambda one: len(library("msgpack").packb(dict(zip(NAMES, whole_numbers(one), strict=True)))))
    row("JSON, an array", lambda one: len(json_array(one)))
    row("Meshtastic's TAK packet 2, not compressed", lambda one: len(mesh_packet(one, proto())), "box, time")
    row("CBOR, an array", lambda one: len(library("cbor2").dumps(whole_numbers(one))))
    row("Protocol buffers, integers", lambda one: len(
        proto()["Detection"](**dict(zip(NAMES, whole_numbers(one), strict=True))).SerializeToString()))
    row("MessagePack, an array", lambda one: len(library("msgpack").packb(whole_numbers(one))))
    try:
        schema = library("asn1tools").compile_string(UPER, "uper")
        row("ASN.1, unaligned packed (UPER)",
            lambda one: len(schema.encode("Detection", dict(zip(NAMES, whole_numbers(one), strict=True)))))
    except ImportError as missing:
        rows.append(("ASN.1, unaligned packed (UPER)", f"needs {missing.name}", ""))
    packed = zlib.compress(b"[" + b",".join(plain_json(one) for one in detections[:10]) + b"]", 9)
    rows.append(("JSON, plain keys, 10 together, zlib -9", len(packed) / len(detections[:10]), "only in batches"))
    return sorted(rows, key=lambda row: -row[1] if isinstance(row[1], (int, float)) else 1)
