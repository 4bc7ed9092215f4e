// HID over /dev/uhid: devices that are programs (the kernel's Documentation/hid/uhid.rst). Numbers are little-endian, fields are packed.
import Glibc

/// What the kernel asks of the device.
enum UHIDRequest {
    case get(id: UInt32, report: UInt8)
    case set(id: UInt32, bytes: [UInt8])
    /// The kernel is done with the device.
    case stopped
    /// Nothing that wants an answer.
    case other

    /// More than any message of the kernel has.
    static let mostBytes = 4400

    init(_ bytes: [UInt8]) {
        func number(_ place: Int, _ size: Int) -> Int {
            bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        guard bytes.count >= 12 else {
            self = .other
            return
        }
        switch number(0, 4) {
        case 3: self = .stopped
        case 9: self = .get(id: UInt32(number(4, 4)), report: bytes[8])
        case 13: self = .set(id: UInt32(number(4, 4)), bytes: Array(bytes[12...].prefix(number(10, 2))))
        default: self = .other
        }
    }
}

/// What the device tells the kernel.
enum UHIDMessage {
    static func create(name: String, serial: String, vendor: Int, product: Int, reports: [UInt8]) -> [UInt8] {
        func text(_ text: String, _ size: Int) -> [UInt8] {
            let kept = Array(text.utf8.prefix(size - 1))
            return kept + [UInt8](repeating: 0, count: size - kept.count)
        }
        let busOfUSB = 3
        return number(11, 4) + text(name, 128) + text("", 64) + text(serial, 64) + number(reports.count, 2)
            + number(busOfUSB, 2) + number(vendor, 4) + number(product, 4) + number(0, 4) + number(0, 4) + reports
    }

    static let destroy = number(1, 4)

    /// The report that was asked for; `nil`: there is none.
    static func answer(get id: UInt32, _ report: [UInt8]?) -> [UInt8] {
        number(10, 4) + number(Int(id), 4) + number(report == nil ? Int(EIO) : 0, 2) + number(report?.count ?? 0, 2)
            + (report ?? [])
    }

    static func answer(set id: UInt32) -> [UInt8] { number(14, 4) + number(Int(id), 4) + number(0, 2) }

    private static func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
