// What the chip's pins are and do.
import Foundation

/// Eight pins, a bit each, and the chip's reports about them (Silicon Labs' AN495).
final class HIDChipPins: @unchecked Sendable {
    private let lock = NSLock()
    // Guarded by the lock.
    private var outputs: UInt8 = 0
    private var driven: UInt8 = 0
    private var pulled: UInt8 = 0
    private var polls = 0
    private var driveChanges = [Int](repeating: 0, count: 8)

    private enum Report {
        static let directions: UInt8 = 2
        static let levels: UInt8 = 3
        static let drive: UInt8 = 4
        static let version: UInt8 = 5
        static let bus: UInt8 = 6
        static let locks: UInt8 = 0x20
    }

    /// One collection of the vendor's own, with each report as a feature of so many bytes.
    static let description: [UInt8] =
        [0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01]
        + [
            (Report.directions, 4), (Report.levels, 1), (Report.drive, 2), (Report.version, 2), (Report.bus, 13),
            (Report.locks, 1),
        ].flatMap { report, bytes -> [UInt8] in
            [0x85, report, 0x09, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, bytes, 0xb1, 0x02]
        } + [0xc0]

    /// What drives or pulls each pin.
    var levels: UInt8 { lock.withLock { (driven & outputs) | (pulled & ~outputs) } }

    /// How often the kernel asked for the levels.
    var timesRead: Int { lock.withLock { polls } }

    /// How often the kernel changed what it drives a pin to.
    func changes(_ pin: Int) -> Int { lock.withLock { driveChanges[pin] } }

    func pull(_ pin: Int, up isUp: Bool) {
        lock.withLock { pulled = isUp ? pulled | 1 << pin : pulled & ~(1 << pin) }
    }

    func report(_ number: UInt8) -> [UInt8]? {
        switch number {
        case Report.directions: return [number, lock.withLock { outputs }, 0xff, 0, 0]
        case Report.levels:
            lock.withLock { polls += 1 }
            return [number, levels]
        case Report.version: return [number, 0x0c, 0x02]
        case Report.bus: return [number] + [UInt8](repeating: 0, count: 13)
        case Report.locks: return [number, 0]
        default: return nil
        }
    }

    func take(_ report: [UInt8]) {
        guard report.count >= 3 else { return }
        lock.withLock {
            switch report[0] {
            case Report.directions: outputs = report[1]
            case Report.drive:
                let wanted = (driven & ~report[2]) | (report[1] & report[2])
                for pin in 0..<8 where (wanted ^ driven) >> pin & 1 == 1 { driveChanges[pin] += 1 }
                driven = wanted
            default: break
            }
        }
    }
}
