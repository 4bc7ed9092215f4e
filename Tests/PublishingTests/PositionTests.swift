// Places on the ground in what others are told.
import JSON
import Link
import Testing

@testable import Publishing

struct PositionTests {
    private func track(_ position: GroundPosition?, remark: String? = nil) -> StoredTrack {
        let box = PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1)
        return StoredTrack(
            number: 7, source: "nadir", label: "person",
            sighting: TrackSighting(
                id: 7, objectClass: 0, score: 0.9, box: box, position: position, positionRemark: remark),
            firstSeen: 0, lastSeen: 0)
    }

    private let position = GroundPosition(
        place: EarthPlace(latitude: 46.501, longitude: 8.1), height: 1500, error: 27,
        ellipse: ErrorEllipse(major: 30, minor: 8, bearing: 135), doubts: [.flat, .gap], datum: .meanSeaLevel,
        geoidHeight: 50)

    @Test("MQTT and webhooks tell ellipse, both heights and what makes a place doubtful, or why there is none")
    func messages() {
        let messages = Messages(clock: LinkClock())
        let told = messages.json(track(position, remark: "level")).text
        #expect(told.contains(#""height": 1500"#) && told.contains(#""ellipsoid_height": 1550"#), "\(told)")
        #expect(told.contains(#""ellipse": {"major": 30"#) && told.contains(#""warning": "level""#), "\(told)")
        #expect(messages.json(track(nil, remark: "no fix")).text.contains(#""no_position": "no fix""#))
        #expect(!messages.json(track(nil)).text.contains("position"))
        let old = GroundPosition(place: position.place, height: 1500, error: 6)
        let plain = messages.json(track(old)).text
        #expect(!plain.contains("ellips") && !plain.contains("warning"), "\(plain)")
    }

    @Test("a recorded result has the place that was written, with all that is known of it")
    func recorded() throws {
        func read(_ told: String) throws -> TrackSighting {
            let line = #"""
                {"source": "a", "time": 1, "width": 10, "height": 10, "tracks": [{"id": 1, "class": 0, "score": 0.5,
                 "box": {"x": 1, "y": 1, "width": 1, "height": 1}\#(told)}]}
                """#
            let tracks = try RecordedResult(line, source: "r").tracks
            return try #require(tracks?.first)
        }
        let again = try read(#", "position": "# + position.json(warning: "level").text)
        #expect(again.position == position && again.positionRemark == "level")
        var level = position
        level.geoidHeight = nil
        #expect(try read(#", "position": "# + level.json.text).position == level)
        let plain = try read(#", "position": {"latitude": 1, "longitude": 2, "height": 3, "error": 4}"#).position
        let wanted = GroundPosition(place: EarthPlace(latitude: 1, longitude: 2), height: 3, error: 4)
        #expect(plain == wanted)
        #expect(try read(#", "no_position": "no fix""#).positionRemark == "no fix")
        #expect(try read("").position == nil)
        #expect(throws: JSONError.self) {
            _ = try read(#", "position": {"latitude": 1, "longitude": 2, "ellipse": {"major": -1}}"#)
        }
        #expect(throws: JSONError.self) {
            _ = try read(#", "position": {"latitude": 1, "longitude": 2, "doubts": ["flatt"]}"#)
        }
    }
}
