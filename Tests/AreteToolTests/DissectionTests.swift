// What the MQTT sink says, as Wireshark reads it.
import Foundation
import Testing

@Suite(
    .enabled(if: Machine.hasWireshark, "needs tshark and mosquitto: scripts/setup.sh link"),
    .enabled(if: Machine.mayCapture, "needs a kernel that lets users capture in a network of their own"))
struct DissectionTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wire-\(UUID().uuidString)")

    private func write(_ name: String, _ text: String) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    @Test("Wireshark reads each packet of MQTT 5: will and goodbye, aliases of topics, events and their receipts")
    func dissected() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = (0..<12).flatMap { index -> [String] in
            let head = #""source": "c", "time": \#(Double(index) / 10)"#
            let track =
                #"{"id": \#(index), "class": 0, "score": 0.9, "box": {"x": 1, "y": 2, "width": 3, "height": 6}}"#
            return [
                "{\(head), \"width\": 64, \"height\": 48, \"tracks\": [\(track)]}",
                "{\(head), \"event\": \"zone\", \"track\": {\"id\": \(index)}}",
            ]
        }
        try write("r.jsonl", lines.joined(separator: "\n") + "\n")
        try write("m.conf", "listener 18883 127.0.0.1\nallow_anonymous true\nuser root\n")
        try write(
            "sinks.json",
            #"{"spool": "spool", "sinks": [{"type": "mqtt", "to": "mqtt:127.0.0.1:18883", "topic": "arete/box"}]}"#)
        // The last field: what Wireshark finds wrong.
        let fields = [
            "mqtt.msgtype", "mqtt.ver", "mqtt.conflag.willflag", "mqtt.willtopic", "mqtt.qos", "mqtt.topic",
            "mqtt.property.topic_alias", "mqtt.property.content_type", "_ws.malformed",
        ]
        try write(
            "script",
            """
            PATH=$PATH:/usr/sbin:/sbin; ip link set lo up
            mosquitto -c m.conf 2>/dev/null & broker=$!
            dumpcap -q -i lo -f "tcp port 18883" -w capture 2>log & capture=$!
            for try in $(seq 100); do grep -q File: log && break; sleep 0.1; done
            replay() { exec "$arete" link replay r.jsonl --sinks sinks.json --patience 10 --json >&2; }
            (replay); replay & id=$!
            sleep 1.2; kill -9 $id; wait $id; sleep 0.3
            kill -INT $capture; wait $capture; kill $broker; wait $broker
            tshark -r capture -o tcp.desegment_tcp_streams:TRUE -d tcp.port==18883,mqtt -Y mqtt -T fields \
                -E separator='|' \(fields.map { "-e \($0)" }.joined(separator: " "))
            """)
        let result = try ProgramRun("unshare -rn sh script", in: folder)
        let packets = result.output.split(separator: "\n").map {
            $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
        try #require(packets.count > 40 && packets.allSatisfy { $0.count == fields.count }, "\(result)")
        #expect(packets.allSatisfy { $0[8].isEmpty }, "\(result)")
        // Several may stand in one segment.
        func values(_ field: Int, of packet: [String]) -> [String] {
            packet[field].split(separator: ",").map(String.init)
        }
        func count(_ type: String) -> Int { packets.reduce(0) { $0 + values(0, of: $1).filter { $0 == type }.count } }
        let connects = packets.filter { $0[0] == "1" }
        #expect(connects.count == 2, "\(result)")
        #expect(connects.allSatisfy { $0[1...3] == ["5", "1", "arete/box/status"] }, "\(connects)")
        // CONNACK, and one goodbye: the second sender was killed.
        #expect(count("2") == 2 && count("14") == 1, "\(result)")
        let events = packets.filter { $0[5].contains("arete/box/events") }
        #expect(events.allSatisfy { values(4, of: $0).contains("1") } && !events.isEmpty)
        #expect(packets.contains { $0[5].contains("arete/box/tracks") && values(4, of: $0).contains("0") })
        #expect(packets.contains { $0[7].contains("application/json") })
        #expect(packets.contains { !$0[6].isEmpty }, "no alias")
        // Of events, births and the goodbye.
        #expect(count("4") >= 12 + 12 / 2 + 3, "\(count("4"))")
    }
}
