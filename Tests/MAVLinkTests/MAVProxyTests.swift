// A ground station that others wrote, at the other end of a serial line.
import Foundation
import Peers
import TestSupport
import Testing

@testable import MAVLink

@Suite(.enabled(if: PeerProgram.has("MAVProxy"), "needs MAVProxy: make peers"))
struct MAVProxyTests {
    @Test("MAVProxy sees our signs of life and shows our texts, the long one whole")
    func shown() throws {
        let line = try PseudoTerminal()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mavproxy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appendingPathComponent("output")
        try Data().write(to: output)
        let station = PeerProgram.process(
            tool: "mavproxy.py",
            ["--master=\(line.path)", "--baudrate=57600", "--non-interactive", "--state-basedir=\(folder.path)"])
        station.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"]
        station.currentDirectoryURL = folder
        station.standardInput = FileHandle.nullDevice
        station.standardOutput = try FileHandle(forWritingTo: output)
        station.standardError = station.standardOutput
        try station.run()
        defer {
            kill(station.processIdentifier, SIGKILL)
            station.waitUntilExit()
        }
        var channel = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 191))
        let long = "Person, 82 %, 46.55012 N 8.12345 E, 12 m off, seen 14 times in the gully below the ridge"
        let wanted = ["Detected vehicle 1:191", "Person at the ridge", long]
        var shown = ""
        for _ in 0..<100 {
            line.write(channel.frame(Heartbeat(type: Heartbeat.onboardController)))
            for text in wanted[1...] {
                for frame in channel.frames(text: text, severity: 4) { line.write(frame) }
            }
            _ = line.read(within: 0)
            Thread.sleep(forTimeInterval: 0.2)
            shown = try String(contentsOf: output, encoding: .utf8)
            if wanted.allSatisfy(shown.contains) { break }
        }
        #expect(wanted.allSatisfy(shown.contains), "\(shown)")
    }
}
