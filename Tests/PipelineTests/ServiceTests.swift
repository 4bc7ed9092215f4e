// What others ask of a running pipeline: figures over HTTP, and signs of life for the service manager.
import Foundation
import Glibc
import HTTP
import Peers
import Testing

@testable import Pipeline

@Suite struct ServiceTests {
    private var figures: PipelineFigures {
        var source = SourceFigures(name: "front")
        source.counts.frames = 12
        source.overruns = 3
        source.faults = [.dark]
        source.detections = ["a \"short\"\n": 4]
        var latency = LatencyHistogram()
        for milliseconds in [1, 2, 20] { latency.add(nanoseconds: UInt64(milliseconds) * 1_000_000) }
        source.latencies[.total] = latency
        return PipelineFigures(sources: [source])
    }

    @Test("figures are served at /metrics, and nothing else is")
    func metrics() throws {
        let figures = figures
        let listen = ListenAddress(address: "127.0.0.1", port: 0)
        let server = try MetricsServer(listen) { figures }
        let port = try #require(Int(server.location.split(separator: ":")[2].prefix { $0.isNumber }))
        func get(_ line: String) throws -> String {
            try RawClient.ask(line, port: port, host: "x")
        }
        let text = try get("GET /metrics")
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.contains("Content-Type: text/plain; version=0.0.4"))
        for line in [
            "arete_frames_total{source=\"front\"} 12", "arete_frames_overrun_total{source=\"front\"} 3",
            "arete_view_fault{source=\"front\",fault=\"dark\"} 1",
            "arete_view_fault{source=\"front\",fault=\"moved\"} 0",
            "arete_detections_total{source=\"front\",label=\"a \\\"short\\\"\\n\"} 4",
            "arete_stage_seconds_bucket{source=\"front\",stage=\"total\",le=\"+Inf\"} 3",
            "arete_stage_seconds_bucket{source=\"front\",stage=\"total\",le=\"0.004194304\"} 2",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line) in\n\(text)")
        }
        #expect(try get("HEAD /metrics").hasPrefix("HTTP/1.1 200 "))
        #expect(try get("GET /").hasPrefix("HTTP/1.1 404 "))
        #expect(try get("POST /metrics").hasPrefix("HTTP/1.1 405 "))
        #expect(try get("GET /" + String(repeating: "a", count: 100_000)).hasPrefix("HTTP/1.1 4"))
        // It is alive after all that, and its port is taken.
        #expect(try get("GET /metrics").hasPrefix("HTTP/1.1 200 "))
        let taken = ListenAddress(address: "127.0.0.1", port: port)
        #expect(throws: PipelineError.self) { _ = try MetricsServer(taken) { figures } }
        #expect(throws: HTTPError.self) { _ = try HTTPServer(address: "nowhere", port: 0) { _ in .init(text: "") } }
    }

    @Test(
        "the service manager hears that it is ready and alive, half as often again as it asks",
        arguments: [false, true])
    func service(isAbstract: Bool) throws {
        let folder = try TestFolder()
        let path = isAbstract ? "@arete-test-\(UUID().uuidString)" : folder.file("notify")
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var place = sockaddr_un()
        place.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &place.sun_path) { room in
            room.copyBytes(from: path.utf8)
            if isAbstract { room[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let status = withUnsafePointer(to: place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(status == 0)
        func heard() -> String? {
            var bytes = [UInt8](repeating: 0, count: 200)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
        }
        let manager = ServiceManager(path: path, watchdogMicroseconds: 100_000)
        #expect(manager.watchdog == 100)
        manager.ready()
        manager.live()
        manager.live()
        manager.status("12/s")
        #expect(heard() == "READY=1")
        #expect(heard() == "WATCHDOG=1")
        #expect(heard() == "STATUS=12/s")
        #expect(heard() == nil)
        usleep(60_000)
        manager.live()
        #expect(heard() == "WATCHDOG=1")
        let nobody = ServiceManager(path: nil, watchdogMicroseconds: nil)
        nobody.ready()
        #expect(nobody.watchdog == nil && heard() == nil)
    }
}
