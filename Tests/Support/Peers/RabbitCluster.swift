// A real RabbitMQ cluster on this machine, for one test.
import Foundation

/// Three nodes that speak MQTT at ports of this machine, whose queues of sessions are kept by a majority of them (quorum queues). All is gone when this is let go, the port mapper of its own too.
public final class RabbitCluster {
    /// Of MQTT, a node each.
    public let ports: [Int]
    private let distributionPorts: [Int]
    private let mapperPort: Int
    private let folder: TestFolder
    private var nodes: [PeerProcess?]

    private static let names = ["a", "b", "c"]
    /// Not Debian's wrapper, which runs one node as another user.
    private static let programs = "/usr/lib/rabbitmq/bin"

    public static let isThere = FileManager.default.isExecutableFile(atPath: "\(programs)/rabbitmq-server")

    public init() throws {
        folder = try TestFolder("rabbit")
        ports = try Self.names.map { _ in try Listener.freePort() }
        distributionPorts = try Self.names.map { _ in try Listener.freePort() }
        mapperPort = try Listener.freePort()
        nodes = Self.names.map { _ in nil }
        // Nodes let each other in by it.
        try folder.write(".erlang.cookie", UUID().uuidString, permissions: 0o400)
        try folder.write("plugins", "[rabbitmq_mqtt].")
        // Nodes that begin at the same time would each found a cluster of their own.
        try start(0)
        try waitUntilStarted(0)
        for index in 1..<Self.names.count { try start(index) }
        for index in 1..<Self.names.count { try waitUntilStarted(index) }
        guard (1..<Self.names.count).allSatisfy({ nodes[$0]?.text.contains("selected for auto-clustering") ?? false })
        else { throw PeerError(text: "the nodes found no cluster") }
    }

    /// A node that was killed takes part again when it returns.
    public func waitUntilStarted(_ index: Int) throws {
        guard nodes[index]?.prints("Server startup complete", within: 180) == true else {
            throw PeerError(text: String(nodes[index]?.text.suffix(2000) ?? ""))
        }
    }

    private func name(_ index: Int) -> String { "\(Self.names[index])@localhost" }

    public func isRunning(_ index: Int) -> Bool { nodes[index]?.isRunning ?? false }

    public func start(_ index: Int) throws {
        let peers = Self.names.indices.map { "cluster_formation.classic_config.nodes.\($0 + 1) = \(name($0))" }
        let settings =
            [
                "listeners.tcp = none", "mqtt.listeners.tcp.1 = 127.0.0.1:\(ports[index])",
                "mqtt.allow_anonymous = true", "mqtt.durable_queue_type = quorum", "log.console = true",
                "log.file = false", "cluster_partition_handling = pause_minority",
                "cluster_formation.peer_discovery_backend = classic_config",
            ] + peers
        let base = folder.path(Self.names[index])
        try folder.write("\(Self.names[index]).conf", settings.joined(separator: "\n") + "\n")
        var environment = environment(index)
        environment.merge(
            [
                "RABBITMQ_DIST_PORT": "\(distributionPorts[index])", "RABBITMQ_BASE": base,
                "RABBITMQ_MNESIA_BASE": base + "/mnesia", "RABBITMQ_LOG_BASE": base + "/log",
                "RABBITMQ_CONFIG_FILE": base + ".conf", "RABBITMQ_ENABLED_PLUGINS_FILE": folder.path("plugins"),
                // One thread a node: the machine has others to run.
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
                // The shell that starts it becomes the node, so that killing it kills the node.
                "RUNNING_UNDER_SYSTEMD": "true",
            ]) { _, new in new }
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        nodes[index] = try PeerProcess("\(Self.programs)/rabbitmq-server", [], in: folder.url, environment: environment)
    }

    private func environment(_ index: Int) -> [String: String] {
        [
            "HOME": folder.url.path, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "ERL_EPMD_PORT": "\(mapperPort)",
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_NODENAME": name(index), "LANG": "C.UTF-8",
        ]
    }

    /// At once, as a power cut would.
    public func kill(_ index: Int) { nodes[index]?.kill() }

    deinit {
        for index in Self.names.indices { kill(index) }
        // Erlang's mapper of names to ports outlives the nodes that started it.
        _ = try? PeerProcess(
            "/usr/bin/epmd", ["-port", "\(mapperPort)", "-kill"], environment: environment(0)
        ).status()
    }
}
