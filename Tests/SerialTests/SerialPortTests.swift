// Ports that are pseudo terminals.
import Foundation
import Peers
import TestSupport
import Testing

@testable import Serial

@Suite struct SerialPortTests {
    @Test(
        "every byte goes through in both directions, at usual and unusual rates", arguments: [57_600, 921_600, 74_880])
    func bytes(rate: Int) throws {
        let terminal = try PseudoTerminal()
        let port = try SerialPort(path: terminal.path, rate: rate)
        let all = (0...255).map { UInt8($0) }
        #expect(try port.read() == [])
        #expect(try port.write(all) == 256)
        #expect(terminal.read(within: 1000) == all)
        terminal.write(all)
        #expect(try port.read() == all)
        #expect(try port.unsent() == 0)
        terminal.write(all)
        try port.flush()
        #expect(try port.read() == [])
    }

    @Test("a reader that is slow stops nobody: what is not taken is said, and goes later")
    func backpressure() throws {
        let terminal = try PseudoTerminal()
        let port = try SerialPort(path: terminal.path, rate: 57_600)
        let sent = (0..<100_000).map { UInt8($0 % 251) }
        var written = 0
        var refused = 0
        var read: [UInt8] = []
        while read.count < sent.count {
            while written < sent.count {
                let count = try port.write(sent[written...])
                written += count
                if count == 0 {
                    refused += 1
                    break
                }
            }
            read += terminal.read(within: 1000, most: 700)
        }
        #expect(read == sent && refused > 10)
    }

    @Test("each mistake is one clear line that names the port")
    func mistakes() throws {
        let terminal = try PseudoTerminal()
        let port = try SerialPort(path: terminal.path, rate: 57_600)
        #expect(throws: SerialError.busy(terminal.path)) { try SerialPort(path: terminal.path, rate: 57_600) }
        #expect(throws: SerialError.missing("/dev/ttyNone")) { try SerialPort(path: "/dev/ttyNone", rate: 57_600) }
        #expect(throws: SerialError.notAPort("/dev/null")) { try SerialPort(path: "/dev/null", rate: 57_600) }
        #expect(throws: SerialError.rate("/dev/null", 3)) { try SerialPort(path: "/dev/null", rate: 3) }
        for error in [SerialError.missing("/p"), .noPermission("/p"), .busy("/p"), .rate("/p", 3), .unplugged("/p")] {
            #expect(error.description.hasPrefix("/p: ") && !error.description.contains("\n"))
        }
        withExtendedLifetime(port) {}
    }

    @Test("a port that is unplugged says so, when reading and when writing")
    func unplugged() throws {
        let terminal = try PseudoTerminal()
        let port = try SerialPort(path: terminal.path, rate: 57_600)
        terminal.unplug()
        #expect(throws: SerialError.unplugged(terminal.path)) { try port.read() }
        #expect(throws: SerialError.unplugged(terminal.path)) { _ = try port.write([1]) }
    }

    @Test("a line that comes and goes is opened again, first soon and then ever more seldom")
    func reopening() throws {
        let link = FileManager.default.temporaryDirectory.appendingPathComponent("tty-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: link) }
        func plug(_ terminal: PseudoTerminal) throws {
            try? FileManager.default.removeItem(atPath: link)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: terminal.path)
        }
        var line = SerialLine(path: link, rate: 115_200)
        var (tries, last) = ([Int](), SerialLine(path: link, rate: 1).fault)
        for now in stride(from: 0, to: 30_000, by: 50) {
            let before = line.nextTry
            #expect(line.read(at: now) == [])
            if line.nextTry != before { tries.append(now) }
            last = line.fault
        }
        #expect(
            last == .missing(link) && tries == [0, 100, 300, 700, 1500, 3100, 6300, 11_300, 16_300, 21_300, 26_300])
        let first = try PseudoTerminal()
        try plug(first)
        #expect(line.write([1, 2], at: 31_300) == 2 && line.fault == nil && line.openings == 1)
        #expect(first.read(within: 1000) == [1, 2])
        first.unplug()
        #expect(line.read(at: 31_400) == [] && line.fault == .unplugged(link))
        let second = try PseudoTerminal()
        try plug(second)
        #expect(line.write([3], at: 31_499) == 0 && line.write([3], at: 31_500) == 1 && line.openings == 2)
        #expect(second.read(within: 1000) == [3])
    }
}
