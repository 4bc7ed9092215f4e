// Reads PGM and PPM, plain (P2, P3) and raw (P5, P6), of any maximal value up to 65,535.

/// One pass over a file in memory.
struct NetpbmReader {
    private let file: [UInt8]
    private var position = 2

    static func decode(_ file: [UInt8], limits: ImageLimits) throws(ImageError) -> Image {
        var reader = NetpbmReader(file: file)
        return try reader.image(limits: limits)
    }

    private init(file: [UInt8]) { self.file = file }

    private mutating func image(limits: ImageLimits) throws(ImageError) -> Image {
        let format: PixelFormat
        let raw: Bool
        switch file[1] {
        case UInt8(ascii: "2"): (format, raw) = (.grey, false)
        case UInt8(ascii: "3"): (format, raw) = (.rgb, false)
        case UInt8(ascii: "5"): (format, raw) = (.grey, true)
        case UInt8(ascii: "6"): (format, raw) = (.rgb, true)
        default: throw .unsupported(format: "PPM/PGM", reason: "P\(file[1] - UInt8(ascii: "0")); P2, P3, P5 and P6 are")
        }
        let width = try number("width", most: Int(Int32.max))
        let height = try number("height", most: Int(Int32.max))
        let maximum = try number("maximal value", most: 65_535)
        guard maximum > 0 else { throw Self.damaged("its maximal value is 0") }
        try limits.check(width: width, height: height)
        let samples = width * height * format.channels
        let bytes = raw ? try rawSamples(samples, maximum: maximum) : try plainSamples(samples, maximum: maximum)
        return Image(unchecked: bytes, width: width, height: height, format: format)
    }

    private static func damaged(_ reason: String) -> ImageError { .damaged(format: "PPM/PGM", reason: reason) }

    /// The next decimal number, after white space and comments.
    private mutating func number(_ name: String, most: Int) throws(ImageError) -> Int {
        while position < file.count {
            if file[position] == UInt8(ascii: "#") {
                while position < file.count, file[position] != 0x0A, file[position] != 0x0D { position += 1 }
            } else if Self.isSpace(file[position]) {
                position += 1
            } else {
                break
            }
        }
        var value = 0
        let start = position
        while position < file.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(file[position]) {
            value = value * 10 + Int(file[position] - UInt8(ascii: "0"))
            guard value <= most else { throw Self.damaged("its \(name) is above \(most)") }
            position += 1
        }
        guard position > start else {
            throw Self.damaged(start == file.count ? "it ends before its \(name)" : "its \(name) is no number")
        }
        return value
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func scaled(_ value: Int, _ maximum: Int) -> UInt8 {
        UInt8((value * 255 + maximum / 2) / maximum)
    }

    private mutating func plainSamples(_ count: Int, maximum: Int) throws(ImageError) -> [UInt8] {
        // A sample takes a digit and, but for the last, a space: a file too short for its size takes no memory.
        guard (file.count - position + 1) / 2 >= count else { throw Self.damaged("it ends before its last pixel") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for _ in 0..<count { bytes.append(Self.scaled(try number("sample", most: maximum), maximum)) }
        return bytes
    }

    private mutating func rawSamples(_ count: Int, maximum: Int) throws(ImageError) -> [UInt8] {
        guard position < file.count, Self.isSpace(file[position]) else {
            throw Self.damaged("it ends before its pixels")
        }
        position += 1
        let sampleBytes = maximum > 255 ? 2 : 1
        guard (file.count - position) / sampleBytes >= count else {
            throw Self.damaged("it ends before its last pixel")
        }
        let samples = file[position..<position + count * sampleBytes]
        if maximum == 255 { return Array(samples) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for i in 0..<count {
            let at = samples.startIndex + i * sampleBytes
            let value = sampleBytes == 2 ? Int(samples[at]) << 8 | Int(samples[at + 1]) : Int(samples[at])
            guard value <= maximum else { throw Self.damaged("a sample of \(value) is above its maximal value") }
            bytes.append(Self.scaled(value, maximum))
        }
        return bytes
    }
}
