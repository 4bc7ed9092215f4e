// What a USB camera says of itself (USB Device Class Definition for Video Devices 1.0, its Motion-JPEG and uncompressed payloads).

/// One kind of picture that the camera sends.
public struct USBCameraMode: Sendable {
    public let isJPEG: Bool
    public let width: Int
    public let height: Int

    public init(isJPEG: Bool, width: Int, height: Int) {
        self.isJPEG = isJPEG
        self.width = width
        self.height = height
    }

    /// Room for one picture: JPEG pictures are never larger than two bytes a pixel here.
    var bytes: Int { 2 * width * height }
}

enum UVCDescriptors {
    /// Bytes of one payload, with its header: 32 packets of a high-speed bulk endpoint.
    static let payload = 32 * 512
    static let endpoint: UInt8 = 0x81
    /// 30 frames a second, in units of 100 ns.
    static let interval: UInt32 = 333_333

    static let device: [UInt8] = [
        18, 1, 0x00, 0x02, 0xef, 2, 1, 64,
        0x6b, 0x1d, 0x02, 0x01, 0x00, 0x01, 1, 2, 3, 1,
    ]

    static func string(_ index: Int, serial: String) -> [UInt8] {
        let texts = ["", "Arete tests", "Simulated camera", serial]
        guard index > 0 else { return [4, 3, 0x09, 0x04] }
        let text = index < texts.count ? texts[index] : ""
        let units = text.utf16.flatMap { little(UInt16($0)) }
        return [UInt8(units.count + 2), 3] + units
    }

    /// One configuration: a control interface with a camera and an output, a streaming interface with one bulk endpoint.
    static func configuration(_ modes: [USBCameraMode]) -> [UInt8] {
        let terminals: [UInt8] =
            [18, 0x24, 2, 1] + little(UInt16(0x0201)) + [0, 0] + Array(repeating: 0, count: 6) + [3, 0, 0, 0]
            + [9, 0x24, 3, 2] + little(UInt16(0x0101)) + [0, 1, 0]
        let control: [UInt8] =
            [13, 0x24, 1] + little(UInt16(0x0100)) + little(UInt16(13 + terminals.count)) + little(UInt32(1_000_000))
            + [1, 1] + terminals
        let formats = [
            formats(modes.filter(\.isJPEG), isJPEG: true), formats(modes.filter { !$0.isJPEG }, isJPEG: false),
        ]
        .filter { !$0.isEmpty }
        let indexed = formats.enumerated().flatMap { index, bytes in
            bytes.prefix(3) + [UInt8(index + 1)] + bytes.dropFirst(4)
        }
        let header: [UInt8] =
            [UInt8(13 + formats.count), 0x24, 1, UInt8(formats.count)]
            + little(UInt16(13 + formats.count + indexed.count)) + [endpoint, 0, 2, 0, 0, 0, 1]
            + formats.map { _ in 0 }
        let body: [UInt8] =
            [8, 11, 0, 2, 0x0e, 3, 0, 2] + [9, 4, 0, 0, 0, 0x0e, 1, 0, 2] + control
            + [9, 4, 1, 0, 1, 0x0e, 2, 0, 0] + header + indexed + [7, 5, endpoint, 2] + little(UInt16(512)) + [0]
        return [9, 2] + little(UInt16(9 + body.count)) + [2, 1, 0, 0x80, 250] + body
    }

    /// A format with its sizes, and its colours; the place of the format is put in by the caller.
    private static func formats(_ modes: [USBCameraMode], isJPEG: Bool) -> [UInt8] {
        guard !modes.isEmpty else { return [] }
        let yuy2: [UInt8] = Array("YUY2".utf8) + [0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
        let head: [UInt8] =
            isJPEG
            ? [11, 0x24, 6, 0, UInt8(modes.count), 1, 1, 0, 0, 0, 0]
            : [27, 0x24, 4, 0, UInt8(modes.count)] + yuy2 + [16, 1, 0, 0, 0, 0]
        let frames = modes.enumerated().flatMap { index, mode -> [UInt8] in
            let rate = UInt32(mode.bytes * 8 * 30)
            return [30, 0x24, isJPEG ? 7 : 5, UInt8(index + 1), 0]
                + little(UInt16(mode.width)) + little(UInt16(mode.height)) + little(rate) + little(rate)
                + little(UInt32(mode.bytes)) + little(interval) + [1] + little(interval)
        }
        return head + frames + [6, 0x24, 0x0d, 1, 1, 4]
    }

    /// The answer to a negotiation: format and size as asked, the rest as it is.
    static func probe(format: UInt8, size: UInt8, mode: USBCameraMode) -> [UInt8] {
        [0, 0, format, size] + little(interval) + Array(repeating: 0, count: 10) + little(UInt32(mode.bytes))
            + little(UInt32(payload))
    }

    private static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian, Array.init)
    }
}
