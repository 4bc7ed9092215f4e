// How well places are known, on the way from a box to whoever asks its station.
import JSON
import Peers
import Testing

@testable import Link
@testable import Station

@Suite struct PlaceTests {
    private let folder: TestFolder
    private let server: PostgresServer?

    init() throws {
        folder = try TestFolder("places")
        server = PostgresServer.isThere ? try PostgresServer() : nil
    }

    private var places: [String] { [folder.path("store")] + (server.map { [$0.place] } ?? []) }

    @Test("an ellipse and what makes a place doubtful are shown and exported, and taken back")
    func doubtful() throws {
        for place in places {
            var box = try PairedBox("drone")
            let station = try PairedBox.station(place, [box])
            let board = try StationBoard(place: place)
            let ellipse = ErrorEllipse(major: 9, minor: 4, bearing: 130)
            box.see(1, ellipse: ellipse, doubts: [.flat, .grazing])
            _ = try box.run(3000, with: station)
            let shown = try board.changes(since: 0)
            #expect(shown.text.contains(#""doubts": ["flat", "grazing"]"#), "\(shown.text)")
            #expect(shown.text.contains(#""ellipse": {"major":"#), "\(shown.text)")
            let all = try board.detections(nil)
            #expect(all.map(\.doubts) == [[.flat, .grazing]] && (all[0].ellipse?.major ?? 0) >= 9)
            #expect(GeoJSONDocument.text(all).contains(#""doubts": ["flat", "grazing"]"#))
            #expect(CSVDocument.text(all).contains(",flat grazing,"))
            for text in [KMLDocument.text(all), GPXDocument.text(all)] {
                #expect(text.contains("the ground is taken as level; the line of sight nearly grazes"), "\(text)")
            }
            box.see(1, ellipse: ellipse)
            _ = try box.run(6000, with: station)
            let after = try board.detections(nil)
            #expect(after.map(\.doubts) == [[]] && after[0].ellipse != nil)
            #expect(try board.changes(since: 0).text.contains(#""doubts": []"#))
        }
    }

    @Test("only heights above the sea are exported", arguments: [Area.Datum.meanSeaLevel, .ellipsoid])
    func heights(datum: Area.Datum) throws {
        for place in places {
            var box = try PairedBox("drone", datum: datum)
            let station = try PairedBox.station(place, [box])
            let board = try StationBoard(place: place)
            box.see(1)
            box.fly(north: 0)
            _ = try box.run(3000, with: station)
            #expect(try board.detections(nil).map { $0.height != nil } == [datum == .meanSeaLevel])
            let heights = try board.flights().flatMap(\.places).map { $0.height != nil }
            #expect(!heights.isEmpty && !heights.contains(datum != .meanSeaLevel))
        }
    }
}
