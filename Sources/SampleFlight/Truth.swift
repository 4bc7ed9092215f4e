// What was really there.
import Glibc
import JSON
import MAVLink

/// Places of the camera and of all people at each frame, and the boxes of those in it.
enum Truth {
    static func document(_ film: Film, _ frames: [FilmFrame]) -> JSONValue {
        let options = film.options
        let people = film.people.standing(at: 0).map { person in
            JSONValue(dictionaryLiteral: ("person", JSONValue(person.number)), ("name", JSONValue(person.name)))
        }
        return [
            "note": "drawn: no such place, flight or people",
            "film": [
                "width": JSONValue(options.width), "height": JSONValue(options.height), "rate": number(options.rate, 2),
                "horizontal_view": number(View.horizontal, 3), "frames": JSONValue(frames.count),
                "began_utc_ms": JSONValue(Telemetry.began),
            ],
            "people": JSONValue(people),
            "frames": JSONValue(
                frames.enumerated().map { index, frame in Self.frame(index, frame, film.relief) }),
        ]
    }

    private static func frame(_ index: Int, _ frame: FilmFrame, _ relief: Relief) -> JSONValue {
        let turn = frame.stand.camera
        let degrees = 180 / Double.pi
        let people = frame.people.map { person in
            var members = [JSONMember("person", JSONValue(person.number))] + place(person.foot, relief)
            if let shown = frame.shown.first(where: { $0.number == person.number }) {
                let sides = [shown.box.x, shown.box.y, shown.box.width, shown.box.height]
                members.append(JSONMember("box", JSONValue(sides.map { JSONValue(Int($0)) })))
                members.append(JSONMember("inside", number(shown.part, 2)))
            }
            return JSONValue(.object(members))
        }
        let camera =
            place(frame.stand.place, relief) + [
                JSONMember("yaw", number(turn.yaw * degrees, 3)), JSONMember("pitch", number(turn.pitch * degrees, 3)),
                JSONMember("roll", number(turn.roll * degrees, 3)),
            ]
        return [
            "frame": JSONValue(index), "time": number(frame.stand.time, 3), "camera": JSONValue(.object(camera)),
            "people": JSONValue(people),
        ]
    }

    /// Height: above mean sea level.
    private static func place(_ point: Point, _ relief: Relief) -> [JSONMember] {
        let place = relief.place(point)
        return [
            JSONMember("latitude", number(place.latitude, 7)), JSONMember("longitude", number(place.longitude, 7)),
            JSONMember("height", number(point.z, 2)),
        ]
    }

    private static func number(_ value: Double, _ digits: Int) -> JSONValue {
        let scale = pow(10, Double(digits))
        return JSONValue((value * scale).rounded() / scale)
    }
}
