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

/// Bytes put one behind the other, numbers little-endian.
private struct ByteList {
    var bytes: [UInt8] = []

    mutating func put(_ values: UInt8...) { bytes += values }
    mutating func put(_ list: ByteList) { bytes += list.bytes }
    mutating func half(_ value: Int) { put(UInt8(value & 255), UInt8(value >> 8 & 255)) }

    mutating func word(_ value: Int) {
        half(value & 0xffff)
        half(value >> 16)
    }
}

enum UVCDescriptors {
    /// Bytes of one payload, with its header: 32 packets of a high-speed bulk endpoint.
    static let payload = 32 * 512
    static let endpoint: UInt8 = 0x81
    /// 30 frames a second, in units of 100 ns.
    static let interval = 333_333

    static let device: [UInt8] = [
        18, 1, 0x00, 0x02, 0xef, 2, 1, 64,
        0x6b, 0x1d, 0x02, 0x01, 0x00, 0x01, 1, 2, 3, 1,
    ]

    static func string(_ index: Int, serial: String) -> [UInt8] {
        guard index > 0 else { return [4, 3, 0x09, 0x04] }
        let texts = ["", "Arete tests", "Simulated camera", serial]
        var units = ByteList()
        for unit in (index < texts.count ? texts[index] : "").utf16 { units.half(Int(unit)) }
        return [UInt8(units.bytes.count + 2), 3] + units.bytes
    }

    /// One configuration: a control interface with a camera and an output, a streaming interface with one bulk endpoint.
    static func configuration(_ modes: [USBCameraMode]) -> [UInt8] {
        var body = ByteList()
        body.put(8, 11, 0, 2, 0x0e, 3, 0, 2)
        body.put(9, 4, 0, 0, 0, 0x0e, 1, 0, 2)
        body.put(control)
        body.put(9, 4, 1, 0, 1, 0x0e, 2, 0, 0)
        body.put(streaming(modes))
        body.put(7, 5, endpoint, 2)
        body.half(512)
        body.put(0)
        var all = ByteList()
        all.put(9, 2)
        all.half(9 + body.bytes.count)
        all.put(2, 1, 0, 0x80, 250)
        all.put(body)
        return all.bytes
    }

    /// A camera and where its pictures go.
    private static var control: ByteList {
        var terminals = ByteList()
        terminals.put(18, 0x24, 2, 1)
        terminals.half(0x0201)
        terminals.put(0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0)
        terminals.put(9, 0x24, 3, 2)
        terminals.half(0x0101)
        terminals.put(0, 1, 0)
        var list = ByteList()
        list.put(13, 0x24, 1)
        list.half(0x0100)
        list.half(13 + terminals.bytes.count)
        list.word(1_000_000)
        list.put(1, 1)
        list.put(terminals)
        return list
    }

    private static func streaming(_ modes: [USBCameraMode]) -> ByteList {
        let kinds = [modes.filter(\.isJPEG), modes.filter { !$0.isJPEG }].filter { !$0.isEmpty }
        var formats = ByteList()
        for (place, modes) in kinds.enumerated() { formats.put(format(modes, place: UInt8(place + 1))) }
        var list = ByteList()
        list.put(UInt8(13 + kinds.count), 0x24, 1, UInt8(kinds.count))
        list.half(13 + kinds.count + formats.bytes.count)
        list.put(endpoint, 0, 2, 0, 0, 0, 1)
        for _ in kinds { list.put(0) }
        list.put(formats)
        return list
    }

    /// A format with its sizes and its colours.
    private static func format(_ modes: [USBCameraMode], place: UInt8) -> ByteList {
        let isJPEG = modes.contains(where: \.isJPEG)
        var list = ByteList()
        if isJPEG {
            list.put(11, 0x24, 6, place, UInt8(modes.count), 1, 1, 0, 0, 0, 0)
        } else {
            list.put(27, 0x24, 4, place, UInt8(modes.count))
            list.bytes += Array("YUY2".utf8)
            list.put(0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71)
            list.put(16, 1, 0, 0, 0, 0)
        }
        for (index, mode) in modes.enumerated() {
            let rate = mode.bytes * 8 * 30
            list.put(30, 0x24, isJPEG ? 7 : 5, UInt8(index + 1), 0)
            list.half(mode.width)
            list.half(mode.height)
            list.word(rate)
            list.word(rate)
            list.word(mode.bytes)
            list.word(interval)
            list.put(1)
            list.word(interval)
        }
        list.put(6, 0x24, 0x0d, 1, 1, 4)
        return list
    }

    /// The answer to a negotiation: format and size as asked, the rest as it is.
    static func probe(format: UInt8, size: UInt8, mode: USBCameraMode) -> [UInt8] {
        var list = ByteList()
        list.put(0, 0, format, size)
        list.word(interval)
        list.put(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        list.word(mode.bytes)
        list.word(payload)
        return list.bytes
    }
}
