// Sightings of known directions, as people write them down.
import JSON
import Tensors

/// JSON (`{"observations": [{"x": 1, "y": 2, "azimuth": 3, "elevation": 4}]}`) or lines of `x,y,azimuth,elevation`.
public enum DirectionFile {
    private static let most = 10_000
    private static let keys = ["x", "y", "azimuth", "elevation"]

    /// - Throws: `CalibrationError.file` when it cannot be read, `.document` naming the line when it is wrong.
    public static func read(_ path: String) throws(CalibrationError) -> [DirectionSighting] {
        try CalibrationFile.read(path) { (bytes, source) throws(CalibrationError) in
            try sightings(bytes, source: source)
        }
    }

    /// The sightings in `bytes`, which came from `source`.
    public static func sightings(
        _ bytes: UnsafeRawBufferPointer, source: String
    ) throws(CalibrationError) -> [DirectionSighting] {
        let spaces: Set<UInt8> = [9, 10, 13, 32]
        guard bytes.first(where: { !spaces.contains($0) }) == UInt8(ascii: "{") else {
            return try rows(bytes, source: source)
        }
        return try CalibrationFile.object(bytes, source: source) { (fields) throws(JSONError) in
            guard let objects = try fields.objects("observations") else { throw fields.missing("observations") }
            guard objects.count <= most else { throw fields.failure("observations", "has more than \(most) entries") }
            var sightings: [DirectionSighting] = []
            for object in objects {
                var numbers: [Double] = []
                for key in keys { numbers.append(try object.required(key, in: range(key))) }
                try object.finish()
                sightings.append(sighting(numbers))
            }
            return sightings
        }
    }

    private static func rows(
        _ bytes: UnsafeRawBufferPointer, source: String
    ) throws(CalibrationError) -> [DirectionSighting] {
        var sightings: [DirectionSighting] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2 * most, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            func failure(_ reason: String) -> CalibrationError {
                .document(
                    JSONError(source: source, position: JSONPosition(line: index + 1, column: 1), reason: reason))
            }
            guard line.count <= 1000 else { throw failure("too long for a row of four numbers") }
            let words = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { String(Substring(decoding: $0, as: UTF8.self).trimmed) }
            if words == [""] || index == 0 && words == keys { continue }
            guard words.count == keys.count else {
                throw failure("\(words.count) values where 4 are needed: x, y, azimuth, elevation")
            }
            var numbers: [Double] = []
            for (key, word) in zip(keys, words) {
                guard let number = Double(word), range(key).contains(number) else {
                    let range = range(key)
                    throw failure("\(key) '\(word)' is no number from \(range.lowerBound) to \(range.upperBound)")
                }
                numbers.append(number)
            }
            sightings.append(sighting(numbers))
            guard sightings.count <= most else { throw failure("more than \(most) observations") }
        }
        return sightings
    }

    private static func range(_ key: String) -> ClosedRange<Double> {
        switch key {
        case "azimuth": -360...360
        case "elevation": -90...90
        default: -1e6...1e6
        }
    }

    private static func sighting(_ numbers: [Double]) -> DirectionSighting {
        DirectionSighting(pixel: SIMD2(numbers[0], numbers[1]), azimuth: numbers[2], elevation: numbers[3])
    }
}
