// Where a camera was, as other programs get it.
import Database

/// A camera's way in one run of its sender.
struct ExportedFlight {
    struct Place {
        let latitude: Double
        let longitude: Double
        /// Metres above mean sea level.
        let height: Double?
        /// Milliseconds since 1970 (UTC).
        let time: Int?
        /// Degrees from north over east, and up from the horizon.
        let yaw: Double
        let pitch: Double
    }

    let sender: String
    let camera: Int
    let name: String?
    var places: [Place]
}

extension StationBoard {
    /// All of them, each in the order of its time. Complexity: O(poses).
    func flights() throws(DatabaseError) -> [ExportedFlight] {
        try names.refresh(database)
        let rows = try database.rows(
            """
            SELECT p.sender, p.camera, p.epoch, p.latitude, p.longitude, \(ExportedHeight.sql("p")),
            c.began + p.happened, p.yaw, p.pitch
            FROM poses p LEFT JOIN clocks c ON c.sender = p.sender AND c.epoch = p.epoch
            ORDER BY p.sender, p.camera, p.epoch, p.happened
            """
        ) { row in
            (
                run: [row.integer(0), row.integer(1), row.integer(2)],
                place: ExportedFlight.Place(
                    latitude: row.real(3), longitude: row.real(4), height: row.optionalReal(5),
                    time: row.optionalInteger(6), yaw: row.real(7), pitch: row.real(8))
            )
        }
        var flights: [ExportedFlight] = []
        var last: [Int] = []
        for (run, place) in rows {
            if run != last {
                flights.append(
                    ExportedFlight(
                        sender: names.name(of: run[0]), camera: run[1],
                        name: names.name(run[1], .cameras, of: run[0]), places: []))
                last = run
            }
            flights[flights.count - 1].places.append(place)
        }
        return flights
    }
}
