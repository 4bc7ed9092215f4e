// GPIO lines of a chip that the tests play and the kernel's own driver serves, in the guest that `make test-camera` starts.
import Glibc
import HIDChip
import Testing

@testable import Signals

@Suite(.serialized, .enabled(if: getenv("ARETE_CAMERA_GUEST") != nil, "needs the kernel's drivers: make test-camera"))
struct GPIOTests {
    @Test("an output is inactive when taken, follows what it is set to, and is inactive when let go")
    func output() throws {
        let chip = try HIDChip()
        for isActiveLow in [false, true] {
            let (active, inactive) = isActiveLow ? (0, 1) : (1, 0)
            var line: GPIOOutput? = try GPIOOutput(GPIORequest(chip: chip.device, line: 3, isActiveLow: isActiveLow))
            #expect(chip.level(3) == inactive)
            try line?.set(true)
            #expect(chip.level(3) == active)
            try line?.set(false)
            #expect(chip.level(3) == inactive)
            try line?.set(true)
            line = nil
            #expect(chip.level(3) == inactive)
        }
    }

    @Test("an input tells each edge that counts, with the time at which it happened")
    func input() throws {
        let chip = try HIDChip()
        let input = try GPIOInput(GPIORequest(chip: chip.device, line: 5), edge: .rising)
        #expect(try input.edges().isEmpty)
        let before = Self.now()
        for isUp in [true, false, true, false] { chip.pull(5, up: isUp) }
        let after = Self.now()
        let edges = try input.edges()
        #expect(edges.count == 2 && edges == edges.sorted())
        #expect(edges.allSatisfy { $0 >= before && $0 <= after })
        #expect(try input.edges().isEmpty)
    }

    @Test("of a line that is active when low, the falling voltage is the rising edge")
    func inverted() throws {
        let chip = try HIDChip()
        chip.pull(6, up: true)
        let input = try GPIOInput(GPIORequest(chip: chip.device, line: 6, isActiveLow: true), edge: .rising)
        chip.pull(6, up: true)
        _ = try input.edges()
        let before = Self.now()
        chip.pull(6, up: false)
        let after = Self.now()
        chip.pull(6, up: true)
        let edges = try input.edges()
        #expect(edges.count == 1 && edges.allSatisfy { $0 >= before && $0 <= after })
    }

    @Test("what is missing, taken or no line is told as such")
    func errors() throws {
        let chip = try HIDChip()
        #expect(throws: SignalError.missing("/dev/gpiochip77")) {
            _ = try GPIOOutput(GPIORequest(chip: "/dev/gpiochip77", line: 0))
        }
        #expect(throws: SignalError.missing("/dev/null")) {
            _ = try GPIOOutput(GPIORequest(chip: "/dev/null", line: 0))
        }
        #expect(throws: SignalError.noSuchLine(chip.device, line: 8)) {
            _ = try GPIOOutput(GPIORequest(chip: chip.device, line: 8))
        }
        let line = try GPIOOutput(GPIORequest(chip: chip.device, line: 2))
        #expect(throws: SignalError.busy(chip.device, line: 2)) {
            _ = try GPIOInput(GPIORequest(chip: chip.device, line: 2), edge: .falling)
        }
        try line.set(true)
    }

    @Test("a chip that is pulled out under a line is told, by outputs and inputs")
    func unplugged() throws {
        let chip = try HIDChip()
        let output = try GPIOOutput(GPIORequest(chip: chip.device, line: 1))
        let input = try GPIOInput(GPIORequest(chip: chip.device, line: 0), edge: .rising)
        chip.unplug()
        func fails(_ body: () throws -> Void) -> Bool {
            for _ in 0..<200 {
                do { try body() } catch { return error is SignalError }
                usleep(10_000)
            }
            return false
        }
        #expect(fails { try output.set(true) })
        #expect(fails { _ = try input.edges() })
    }

    @Test("a pull that the chip has not is no error, a quiet time that nobody can give is")
    func options() throws {
        let chip = try HIDChip()
        var request = GPIORequest(chip: chip.device, line: 4, bias: .pullUp)
        _ = try GPIOInput(request, edge: .rising)
        request.debounce = 1000
        #expect(throws: SignalError.noDebounce(chip.device, line: 4)) { _ = try GPIOInput(request, edge: .rising) }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
