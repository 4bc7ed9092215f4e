// A chip with 8 GPIO lines that is a program: the kernel's own driver (hid-cp2112) takes it for a USB adapter.
import Foundation
import Glibc

/// A CP2112 of Silicon Labs. Runs as root in a kernel that has uhid and hid-cp2112, which asks for levels some 25 times a second.
public final class HIDChip: Sendable {
    /// Such as /dev/gpiochip1.
    public let device: String
    private let descriptor: Int32
    private let pins = HIDChipPins()

    /// Plugs it in and waits for its device.
    public init() throws {
        let descriptor = open("/dev/uhid", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        self.descriptor = descriptor
        Thread.detachNewThread { [pins] in Self.answer(descriptor, pins) }
        let serial = UUID().uuidString
        Self.send(
            UHIDMessage.create(
                name: "Arete tests", serial: serial, vendor: 0x10c4, product: 0xea90,
                reports: HIDChipPins.description), to: descriptor)
        for _ in 0..<1000 {
            if let found = Self.device(ofSerial: serial) {
                device = found
                return
            }
            usleep(10_000)
        }
        Self.send(UHIDMessage.destroy, to: descriptor)
        throw POSIXError(.ENODEV)
    }

    deinit { unplug() }

    /// As when the cable is pulled.
    public func unplug() { Self.send(UHIDMessage.destroy, to: descriptor) }

    /// What a line's pin has: 0 or 1.
    public func level(_ line: Int) -> Int { Int(pins.levels >> line & 1) }

    /// How often the kernel asked for the levels: not at all before it watches a line.
    public var timesRead: Int { pins.timesRead }

    /// How often the kernel changed what it drives a line to.
    public func changes(_ line: Int) -> Int { pins.changes(line) }

    /// Pulls a pin and waits until the kernel has seen it, a second at most where it does not look.
    public func pull(_ line: Int, up isUp: Bool) {
        pins.pull(line, up: isUp)
        let start = pins.timesRead
        for _ in 0..<200 where pins.timesRead < start + 2 { usleep(5000) }
    }

    private static func send(_ message: [UInt8], to descriptor: Int32) {
        _ = message.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Until the device is gone.
    private static func answer(_ descriptor: Int32, _ pins: HIDChipPins) {
        var bytes = [UInt8](repeating: 0, count: UHIDRequest.mostBytes)
        while true {
            let count = read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            switch UHIDRequest(Array(bytes.prefix(count))) {
            case .get(let id, let report): send(UHIDMessage.answer(get: id, pins.report(report)), to: descriptor)
            case .set(let id, let report):
                pins.take(report)
                send(UHIDMessage.answer(set: id), to: descriptor)
            case .stopped:
                close(descriptor)
                return
            case .other: break
            }
        }
        close(descriptor)
    }

    /// The node of the chip whose device the kernel knows by a serial number.
    private static func device(ofSerial serial: String) -> String? {
        let folder = "/sys/bus/gpio/devices"
        let chips = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return chips.first { chip in
            let parent = URL(fileURLWithPath: "\(folder)/\(chip)").resolvingSymlinksInPath().deletingLastPathComponent()
            let text = try? String(contentsOf: parent.appendingPathComponent("uevent"), encoding: .utf8)
            return text?.contains("HID_UNIQ=\(serial)") ?? false
        }.map { "/dev/" + $0 }
    }
}
