// USB over a socket, as the kernel's vhci_hcd speaks it (Documentation/usb/usbip_protocol.rst). Numbers are big-endian.
import Glibc

/// What the kernel asks of the device.
struct USBIPRequest {
    enum Kind: UInt32 {
        case submit = 1
        case unlink = 2
    }

    static let bytes = 48

    let kind: Kind
    let number: UInt32
    let isIn: Bool
    let endpoint: UInt32
    /// Of a transfer: bytes that are wanted or follow. Of an unlink: the number of the request that is taken back.
    let value: UInt32
    let setup: [UInt8]

    init?(_ bytes: [UInt8]) {
        func word(_ index: Int) -> UInt32 { bytes[4 * index..<4 * index + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        guard let kind = Kind(rawValue: word(0)) else { return nil }
        self.kind = kind
        number = word(1)
        isIn = word(3) == 1
        endpoint = word(4)
        value = kind == .submit ? word(6) : word(5)
        setup = Array(bytes[40..<48])
    }

    /// The answer to a transfer: `data` of one that reads, or how much was taken of one that writes.
    func answer(status: Int32, data: [UInt8] = [], taken: Int = 0) -> [UInt8] {
        Self.words([3, number, 0, 0, 0, UInt32(bitPattern: status), UInt32(isIn ? data.count : taken), 0, 0, 0, 0, 0])
            + (isIn ? data : [])
    }

    /// The answer to an unlink.
    func unlinked(status: Int32) -> [UInt8] {
        Self.words([4, number, 0, 0, 0, UInt32(bitPattern: status), 0, 0, 0, 0, 0, 0])
    }

    private static func words(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }
}
