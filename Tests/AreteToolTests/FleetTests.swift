// Several stations on one database, many boxes, and what they go through being taken away.
import Foundation
import Peers
import Testing

@Suite(
    .enabled(if: Machine.hasBroker, "needs mosquitto: scripts/setup.sh fleet"),
    .enabled(if: PostgresServer.isThere, "needs postgresql: scripts/setup.sh fleet"), .serialized)
struct FleetTests {
    /// `make test-fleet`: minutes, and RabbitMQ.
    private static let isLong = ProcessInfo.processInfo.environment["ARETE_FLEET"] != nil
    /// Of a cluster's nodes, one after the other: ARETE_NODE_KILLS=3.
    private static let nodeKills = ProcessInfo.processInfo.environment["ARETE_NODE_KILLS"].flatMap { Int($0) } ?? 1
    private static let mayCluster = isLong && RabbitCluster.isThere

    private func broker(_ files: TestFolder, _ port: Int) throws -> PeerProcess {
        try files.write("m.conf", "listener \(port) 127.0.0.1\nuser \(NSUserName())\nallow_anonymous true\n")
        return try PeerProcess(try #require(PeerProcess.path(of: "mosquitto")), ["-c", files.path("m.conf")])
    }

    /// At once, also where standard output is a file.
    private func tell(_ line: String) { FileHandle.standardError.write(Data("fleet: \(line)\n".utf8)) }

    @Test(
        "two stations on one database store each alert of twenty boxes once, one killed and the database away meanwhile",
        .timeLimit(.minutes(10)))
    func mosquitto() throws {
        let (files, port) = (try TestFolder("fleet-broker"), try Listener.freePort())
        let broker = try broker(files, port)
        defer { broker.kill() }
        let fleet = try Fleet(
            boxes: 20, alerts: Self.isLong ? 600 : 80, objects: Self.isLong ? 50 : 2,
            place: "mqtt:127.0.0.1:\(port)/arete/field")
        var stations = try ["north", "south"].map { try fleet.station($0) }
        let first = stations
        try fleet.startBoxes(patience: 120)
        try #require(fleet.secondsUntilAllAreTold(within: 60) != nil, "\(fleet.state)")
        for turn in 0..<(Self.isLong ? 10 : 1) {
            let index = turn % 2
            stations[index].kill()
            let seconds = try #require(
                fleet.secondsUntilAllAreTold(within: 60), "\(fleet.state)")
            tell("a station killed: all boxes were told again after \(seconds) s")
            stations[index] = try fleet.station(["north", "south"][index])
            fleet.database.kill()
            usleep(500_000)
            let before = fleet.acknowledged
            usleep(1_500_000)
            #expect(fleet.acknowledged == before)
            try fleet.database.start()
            let back = try #require(fleet.secondsUntilAllAreTold(within: 60), "\(fleet.state)")
            tell("the database back: all boxes were told again after \(back) s")
        }
        tell(try fleet.check())
        #expect(stations.filter(\.isRunning).count == 2)
        // Each says why, a line for each reason, and goes on.
        let told = (first + stations).flatMap(\.lines).filter { $0.hasPrefix("arete: postgres://") }
        #expect(!told.isEmpty && told.count <= (Self.isLong ? 160 : 16), "\(told)")
        for station in stations { station.terminate() }
        tell(stations.compactMap(\.lines.last).joined(separator: "; "))
    }

    @Test(
        "nothing acknowledged is lost and nothing stored twice while a node of a RabbitMQ cluster is killed",
        .enabled(if: mayCluster, "needs rabbitmq-server, and some minutes: make test-fleet"), .timeLimit(.minutes(20)))
    func cluster() throws {
        let cluster = try RabbitCluster()
        let others = cluster.ports.dropFirst().map { ",host=127.0.0.1:\($0)" }.joined()
        let fleet = try Fleet(
            boxes: 20, alerts: Self.nodeKills * 300, objects: 5,
            place: "mqtt:127.0.0.1:\(cluster.ports[0])/arete/field\(others)")
        let stations = try ["north", "south"].map { try fleet.station($0) }
        try fleet.startBoxes(patience: 300)
        try #require(fleet.secondsUntilAllAreTold(within: 60) != nil, "\(fleet.state)")
        for index in cluster.ports.indices.prefix(Self.nodeKills) {
            // A majority must be there.
            if index > 0 { try cluster.waitUntilStarted(index - 1) }
            cluster.kill(index)
            let seconds = try #require(fleet.secondsUntilAllAreTold(within: 120), "\(fleet.state)")
            tell("node \(index) killed: all boxes were told again after \(seconds) s")
            try cluster.start(index)
        }
        tell(try fleet.check())
        for station in stations { station.terminate() }
        tell(stations.compactMap(\.lines.last).joined(separator: "; "))
    }
}
