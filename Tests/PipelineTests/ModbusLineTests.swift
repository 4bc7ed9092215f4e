// Coils that throw bad parts out, of a machine that libmodbus serves on the loopback.
import CModbusServer
import Foundation
import Synchronization
import Testing

@testable import Capture
@testable import Pipeline
@testable import Signals

/// The machine; gone with this object.
private final class Machine {
    private var server: OpaquePointer?
    let port: Int
    static let coil = 12

    init(port: Int = 0, _ manner: modbus_server_manner = MODBUS_SERVER_OBEYS) throws {
        let server = try #require(modbus_server_start(Int32(port), manner))
        self.server = server
        self.port = Int(modbus_server_port(server))
    }

    deinit { stop() }

    func stop() {
        if let server { modbus_server_stop(server) }
        server = nil
    }

    func behave(_ manner: modbus_server_manner) { modbus_server_behave(server, manner) }
    func hangUp() { modbus_server_hang_up(server) }
    var isOn: Bool { modbus_server_coil(server, Int32(Self.coil)) }
    var switches: Int { Int(modbus_server_switches(server, Int32(Self.coil))) }
    var request: ModbusRequest { ModbusRequest(host: "127.0.0.1", port: port, coil: Self.coil) }
}

/// What a line told.
private final class Told: Sendable {
    private let errors = Mutex<[SignalError]>([])
    func add(_ error: SignalError) { errors.withLock { $0.append(error) } }
    var count: Int { errors.withLock { $0.count } }
    var last: String { errors.withLock { $0.last?.description ?? "" } }
}

/// Waits until something is so, a few seconds at most.
private func becomes(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<1000 {
        if try condition() { return true }
        usleep(5000)
    }
    return false
}

@Suite(.enabled(if: modbus_server_is_possible(), "needs libmodbus: scripts/setup.sh inspection"))
struct ModbusLineTests {
    private func reason(_ line: ModbusLine, _ isActive: Bool) -> String? {
        do {
            try line.set(isActive)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("a coil follows, is off before anybody sets it, and off when it is let go")
    func follows() throws {
        let machine = try Machine()
        let told = Told()
        var line: ModbusLine? = try ModbusLine(machine.request, patience: 1000, report: told.add)
        #expect(!machine.isOn)
        for isActive in [true, false, true] {
            try line?.set(isActive)
            #expect(machine.isOn == isActive)
        }
        line = nil
        #expect(!machine.isOn && machine.switches == 4 && told.count == 0)
    }

    @Test("a machine that is not there when a run starts is told, and used once it is there")
    func absent() throws {
        var machine: Machine? = try Machine()
        let request = try #require(machine?.request)
        machine = nil
        let told = Told()
        let line = try ModbusLine(request, patience: 300, report: told.add)
        #expect(told.count == 1 && told.last.contains("127.0.0.1:\(request.port) unit 1 coil 12: Connection refused"))
        #expect(reason(line, true)?.contains("Connection refused") == true)
        machine = try Machine(port: request.port)
        #expect(becomes { reason(line, true) == nil })
        #expect(machine?.isOn == true && told.count == 1)
    }

    @Test("a connection that ends is told and made anew, before a part needs it")
    func lost() throws {
        let machine = try Machine()
        let told = Told()
        let line = try ModbusLine(machine.request, patience: 1000, report: told.add)
        try line.set(true)
        machine.hangUp()
        // Noticed by the line's own next write; what was on goes off.
        #expect(becomes { told.count == 1 })
        #expect(becomes { !machine.isOn })
        #expect(becomes { reason(line, true) == nil })
        #expect(machine.isOn && told.count == 1)
    }

    @Test("a machine that refuses is told with its reason, keeps its connection, and is asked again")
    func refused() throws {
        let machine = try Machine(MODBUS_SERVER_REFUSES)
        let told = Told()
        let line = try ModbusLine(machine.request, patience: 1000, report: told.add)
        #expect(told.count == 1 && told.last.contains("refused: Slave device or server failure"))
        #expect(reason(line, true)?.contains("refused: Slave device or server failure") == true)
        machine.behave(MODBUS_SERVER_OBEYS)
        #expect(reason(line, true) == nil && machine.isOn)
        // What could not be switched off is switched off as soon as that works.
        machine.behave(MODBUS_SERVER_REFUSES)
        #expect(reason(line, false) != nil && machine.isOn)
        machine.behave(MODBUS_SERVER_OBEYS)
        #expect(becomes { !machine.isOn })
    }

    @Test("a machine that never answers holds nobody longer than the patience, and is told")
    func silent() throws {
        let machine = try Machine()
        let told = Told()
        let line = try ModbusLine(machine.request, patience: 50, report: told.add)
        try line.set(true)
        try line.set(false)
        machine.behave(MODBUS_SERVER_SILENT)
        for _ in 0..<3 {
            let start = MonotonicClock.milliseconds
            #expect(reason(line, true)?.contains("no answer within 50 ms") == true)
            // Twice the patience, and what a busy machine adds.
            #expect(MonotonicClock.milliseconds - start < 100 + 400)
        }
        machine.behave(MODBUS_SERVER_OBEYS)
        #expect(becomes { reason(line, true) == nil })
        #expect(machine.isOn)
    }

    @Test("a name that nobody knows is told as such")
    func unknown() throws {
        let told = Told()
        let request = ModbusRequest(host: "no-such-machine.invalid", coil: 0)
        _ = try ModbusLine(request, patience: 100, report: told.add)
        #expect(told.count == 1 && told.last.hasPrefix("no-such-machine.invalid:502 unit 1 coil 0: "))
    }

    /// What a run of three bad parts told of, notices alone.
    private func alarms(port: Int, _ rejects: String) throws -> [Notice] {
        let folder = try TestFolder()
        let path = try folder.record("belt.frames", Repository.pictures(3))
        let pipeline = try folder.pipeline(
            """
            {"sources": [{"name": "belt", "type": "recording", "path": "\(path)", "pace": "fastest", "watch": false,
                          "frames": "every"}],
             "model": {"file": "\(Repository.model)"},
             "inspection": {"defects": [{"name": "defect"}],
               "reject": {"type": "modbus", "host": "127.0.0.1", "port": \(port), "coil": 12, "pulse_ms": 5,
                          \(rejects)}}}
            """)
        let alarms = Mutex<[Notice]>([])
        try pipeline.run { report in
            if case .event(let event) = report, case .notice(let notice) = event.kind {
                alarms.withLock { $0.append(notice) }
            }
        }
        return alarms.withLock { $0 }
    }

    @Test("bad parts switch the coil on and off, and the last ones too before the run ends")
    func run() throws {
        let machine = try Machine()
        let alarms = try alarms(port: machine.port, #""at_ms": 200, "deadline_ms": 5000"#)
        #expect(alarms.map(\.text) == [] && machine.switches == 6 && !machine.isOn)
    }

    @Test("without the machine a run goes on: it tells at once, and of each part that was not thrown out")
    func alarmed() throws {
        let port = try Machine().port
        let told = try alarms(port: port, #""deadline_ms": 1000"#).map { "\($0.name): \($0.text)" }
        let place = "127.0.0.1:\(port) unit 1 coil 12: Connection refused"
        #expect(told.first == "inspection: no part can be thrown out: \(place)")
        #expect(told.dropFirst() == (1...3).map { "reject failed: part \($0) was not thrown out: \(place)" }[...])
    }

    @Test("a machine that falls silent is an alarm of each part, within the deadline of each")
    func silence() throws {
        let machine = try Machine(MODBUS_SERVER_SILENT)
        let told = try alarms(port: machine.port, #""deadline_ms": 100"#)
        #expect(told.filter { $0.name == "reject failed" }.count == 3)
        #expect(told.allSatisfy { $0.text.contains("no answer within 25 ms") })
    }
}
