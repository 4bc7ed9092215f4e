// Unpacks the one compressed array of an `.npz` file (a zip archive; RFC 1951), enough for the stored outputs of models.

enum Inflate {
    struct Damaged: Error {}

    /// The first member of a zip archive.
    static func firstMember(ofZip zip: [UInt8]) throws -> [UInt8] {
        func number(_ at: Int, _ bytes: Int) -> Int { (0..<bytes).reduce(0) { $0 | Int(zip[at + $1]) << (8 * $1) } }
        // The central directory, found from its end record, has the sizes that a local header may lack.
        guard let end = (0...zip.count - 22).reversed().first(where: { number($0, 4) == 0x0605_4b50 }) else {
            throw Damaged()
        }
        let entry = number(end + 16, 4)
        let (method, size, start) = (number(entry + 10, 2), number(entry + 20, 4), number(entry + 42, 4))
        let data = start + 30 + number(start + 26, 2) + number(start + 28, 2)
        let packed = Array(zip[data..<data + size])
        return method == 0 ? packed : try inflate(packed)
    }

    static func inflate(_ packed: [UInt8]) throws -> [UInt8] {
        var bits = Bits(bytes: packed)
        var output: [UInt8] = []
        var isLast = false
        while !isLast {
            isLast = try bits.take(1) == 1
            switch try bits.take(2) {
            case 0:
                bits.align()
                let count = try bits.take(16)
                _ = try bits.take(16)
                for _ in 0..<count { output.append(UInt8(try bits.take(8))) }
            case 1:
                let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try block(&bits, Codes(lengths), Codes(Array(repeating: 5, count: 30)), &output)
            case 2:
                let (literals, distances, codes) = (try bits.take(5) + 257, try bits.take(5) + 1, try bits.take(4) + 4)
                var small = [Int](repeating: 0, count: 19)
                let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
                for index in 0..<codes { small[order[index]] = try bits.take(3) }
                let table = Codes(small)
                var lengths: [Int] = []
                while lengths.count < literals + distances {
                    switch try table.symbol(&bits) {
                    case 16: lengths += Array(repeating: lengths.last ?? 0, count: try bits.take(2) + 3)
                    case 17: lengths += Array(repeating: 0, count: try bits.take(3) + 3)
                    case 18: lengths += Array(repeating: 0, count: try bits.take(7) + 11)
                    case let length: lengths.append(length)
                    }
                }
                let distanceLengths = Array(lengths[literals...])
                try block(&bits, Codes(Array(lengths[..<literals])), Codes(distanceLengths), &output)
            default: throw Damaged()
            }
        }
        return output
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]

    private static func block(_ bits: inout Bits, _ literals: Codes, _ distances: Codes, _ output: inout [UInt8]) throws
    {
        while true {
            let symbol = try literals.symbol(&bits)
            if symbol < 256 {
                output.append(UInt8(symbol))
            } else if symbol == 256 {
                return
            } else {
                guard symbol - 257 < lengthBases.count else { throw Damaged() }
                let length = lengthBases[symbol - 257] + (try bits.take(lengthBits[symbol - 257]))
                let code = try distances.symbol(&bits)
                let extra = max(0, code / 2 - 1)
                let distance = (code < 2 ? code : (2 + code % 2) << extra) + 1 + (try bits.take(extra))
                guard distance <= output.count else { throw Damaged() }
                for _ in 0..<length { output.append(output[output.count - distance]) }
            }
        }
    }

    private struct Bits {
        let bytes: [UInt8]
        var position = 0
        var window = 0
        var held = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func take(_ count: Int) throws -> Int {
            while held < count {
                guard position < bytes.count else { throw Damaged() }
                window |= Int(bytes[position]) << held
                position += 1
                held += 8
            }
            defer {
                window >>= count
                held -= count
            }
            return window & (1 << count - 1)
        }

        mutating func align() {
            window >>= held % 8
            held -= held % 8
        }
    }

    /// Canonical prefix codes: for each length how many there are, and the symbols in order.
    private struct Codes {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            symbols = lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        }

        func symbol(_ bits: inout Bits) throws -> Int {
            var (code, first, index) = (0, 0, 0)
            for length in 1..<16 {
                code |= try bits.take(1)
                if code - first < counts[length] { return symbols[index + code - first] }
                index += counts[length]
                first = (first + counts[length]) << 1
                code <<= 1
            }
            throw Damaged()
        }
    }
}
