// Alerts, as people see them.
import Database
import JSON
import Link

extension StationBoard {
    /// Rules that fit and parts that failed, those with the newest news first.
    func alerts(since revision: Int) throws(DatabaseError) -> [JSONValue] {
        let names = names
        let events = try database.rows(
            """
            SELECT e.sender, e.epoch, e.number, e.rule, e.track, c.began + e.happened, e.heard, e.acknowledged
            FROM events e LEFT JOIN clocks c ON c.sender = e.sender AND c.epoch = e.epoch
            WHERE e.revision > ? ORDER BY e.revision DESC LIMIT \(Self.mostAlerts)
            """, .integer(revision)
        ) { row -> JSONValue in
            let sender = row.integer(0)
            let rule = names.name(row.integer(3), .rules, of: sender)
            return Self.alert(
                row, kind: "rule", names.name(of: sender),
                [
                    JSONMember("rule", JSONValue(rule ?? "rule \(row.integer(3))")),
                    JSONMember("track", JSONValue("\(sender)/\(row.integer(4))")),
                ])
        }
        let parts = try database.rows(
            """
            SELECT p.sender, p.epoch, p.number, p.reason, p.inspected, c.began + p.happened, p.heard, p.acknowledged
            FROM parts p LEFT JOIN clocks c ON c.sender = p.sender AND c.epoch = p.epoch
            WHERE p.revision > ? AND p.good = 0 ORDER BY p.revision DESC LIMIT \(Self.mostAlerts)
            """, .integer(revision)
        ) { row -> JSONValue in
            let sender = row.integer(0)
            let reason = row.optionalInteger(3).flatMap { names.name($0, .reasons, of: sender) }
            let part: JSONValue = [
                "number": JSONValue(row.integer(2)), "inspected": JSONValue(row.integer(4) == 1),
                "reason": .optional(reason),
            ]
            return Self.alert(row, kind: "part", names.name(of: sender), [JSONMember("part", part)])
        }
        return events + parts
    }

    private static func alert(
        _ row: DatabaseRow, kind: String, _ name: String, _ members: [JSONMember]
    ) -> JSONValue {
        let id = "\(kind)/\(row.integer(0))/\(row.integer(1))/\(row.integer(2))"
        let first = [
            JSONMember("id", JSONValue(id)), JSONMember("sender", JSONValue(name)),
            JSONMember("event", JSONValue(row.integer(2))), JSONMember("kind", JSONValue(kind)),
        ]
        let last = [
            JSONMember("time", .optional(row.optionalInteger(5))), JSONMember("heard", JSONValue(row.integer(6))),
            JSONMember("acknowledged", JSONValue(row.optionalInteger(7) != nil)),
            JSONMember("acknowledged_at", .optional(row.optionalInteger(7))),
        ]
        return JSONValue(.object(first + members + last))
    }
}
