// What a store has, as JSON for other programs.
import JSON
import Link
import MAVLink

/// Makes documents of tracks and events. docs/publishing.md has their members.
struct Messages {
    let clock: LinkClock

    func json(_ track: StoredTrack) -> JSONValue { JSONValue(.object(members(track))) }

    private func members(_ track: StoredTrack) -> [JSONMember] {
        let (box, sighting) = (track.sighting.box, track.sighting)
        var members = [
            JSONMember("track", JSONValue(track.number)), JSONMember("source", JSONValue(track.source)),
            JSONMember("label", JSONValue(track.label)), JSONMember("class", JSONValue(sighting.objectClass)),
            JSONMember("confidence", sighting.score.map { JSONValue(rounded($0, 1e3)) } ?? JSONValue(.null)),
            JSONMember(
                "box",
                [
                    "x": JSONValue(rounded(box.middle.x - box.width / 2, 1e4)),
                    "y": JSONValue(rounded(box.middle.y - box.height / 2, 1e4)),
                    "width": JSONValue(rounded(box.width, 1e4)), "height": JSONValue(rounded(box.height, 1e4)),
                ]),
        ]
        if let position = sighting.position {
            members.append(JSONMember("position", position.json(warning: sighting.positionRemark)))
        } else if let remark = sighting.positionRemark {
            members.append(JSONMember("no_position", JSONValue(remark)))
        }
        members.append(JSONMember("first_seen", time(track.firstSeen)))
        members.append(JSONMember("last_seen", time(track.lastSeen)))
        return members
    }

    func json(_ event: StoredEvent) -> JSONValue {
        var members = [
            JSONMember("event", JSONValue(event.number)), JSONMember("source", JSONValue(event.source)),
            JSONMember("time", time(event.time)),
        ]
        switch event.kind {
        case .rule(_, let name, let track):
            members += [
                JSONMember("kind", "rule"), JSONMember("rule", JSONValue(name)), JSONMember("object", json(track)),
            ]
        case .gone(let track, let reason):
            members += [
                JSONMember("kind", "gone"), JSONMember("reason", JSONValue("\(reason)")),
                JSONMember("object", json(track)),
            ]
        case .part(let part):
            members += [
                JSONMember("kind", "part"), JSONMember("part", JSONValue(part.number)),
                JSONMember("serial", JSONValue(part.serial)),
                JSONMember("verdict", JSONValue(part.isGood ? "pass" : "fail")),
                JSONMember("inspected", JSONValue(part.wasInspected)),
                JSONMember("reasons", JSONValue(part.reasons.map { JSONValue($0) })),
            ]
        }
        return JSONValue(.object(members))
    }

    func json(_ health: CameraHealth) -> JSONValue {
        [
            "source": JSONValue(health.source),
            "faults": JSONValue(health.faults.names.map { JSONValue($0) }),
            "results_per_second": JSONValue(rounded(health.rate, 10)),
            "disk_free": JSONValue(rounded(health.free, 1e3)),
            "temperature": health.temperature.map { JSONValue(rounded($0, 10)) } ?? JSONValue(.null),
            "time": time(clock.now),
        ]
    }

    func json(_ vehicle: StoredVehicle) -> JSONValue {
        let (pose, place) = (vehicle.pose, vehicle.pose.place)
        func angles(_ turn: Quaternion) -> JSONValue {
            [
                "roll": JSONValue(degrees(turn.roll)), "pitch": JSONValue(degrees(turn.pitch)),
                "yaw": JSONValue(degrees(turn.yaw)),
            ]
        }
        return [
            "time": time(vehicle.time), "latitude": JSONValue(rounded(place.latitude, 1e7)),
            "longitude": JSONValue(rounded(place.longitude, 1e7)), "altitude": JSONValue(rounded(place.altitude, 10)),
            "above_home": JSONValue(rounded(place.height, 10)),
            "ellipsoid_height": vehicle.ellipsoidHeight.map { JSONValue(rounded($0, 10)) } ?? JSONValue(.null),
            "error": pose.horizontalError.map { JSONValue(rounded($0, 10)) } ?? JSONValue(.null),
            "north": JSONValue(rounded(place.north, 100)), "east": JSONValue(rounded(place.east, 100)),
            "down": JSONValue(rounded(place.down, 100)), "attitude": angles(pose.attitude),
            "gimbal": pose.gimbal.map { angles($0) } ?? JSONValue(.null),
        ]
    }

    private func degrees(_ radians: Double) -> Double { rounded(radians * 180 / .pi, 10) }

    /// Milliseconds since 1970 (UTC) of a time of the store; `null` where the machine does not know what time it is.
    func time(_ milliseconds: Int) -> JSONValue {
        clock.worldTime.map { JSONValue($0.began + milliseconds) } ?? JSONValue(.null)
    }

    private func rounded(_ value: Double, _ steps: Double) -> Double { (value * steps).rounded() / steps }
}
