// Detections and tracks as text, one box a line, in the layout of the MOTChallenge benchmarks.
import Imaging
import Tensors

/// Lines of `frame, id, left, top, width, height, score, ...`: frames from 1, boxes in pixels, an id of -1 where there is none.
public enum MOTChallengeFile {
    /// Frames of a file are kept by number up to the last one, so that number is bounded.
    public static let mostFrames = 1_000_000

    public struct Failure: Error, CustomStringConvertible, Equatable {
        public let path: String
        public let line: Int
        public let reason: String
        public var description: String { "\(path): line \(line): \(reason)" }
    }

    /// Detections of each frame; the first entry is frame 1, and frames without a line are empty. Complexity: O(bytes + frames).
    ///
    /// - Throws: `TensorError` when the file cannot be read, `Failure` for a line that is no such row.
    public static func detections(path: String) throws -> [[Detection]] {
        let file = try MappedFile(path: path)
        return try detections(file.bytes, source: path)
    }

    /// The same of a text in memory that came from `source`.
    public static func detections(_ text: UnsafeRawBufferPointer, source: String) throws -> [[Detection]] {
        var frames: [[Detection]] = []
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            func failure(_ reason: String) -> Failure { Failure(path: source, line: index + 1, reason: reason) }
            let words = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { Substring(decoding: $0, as: UTF8.self).trimmed }
            if words == [""] { continue }
            guard words.count >= 7 else { throw failure("\(words.count) values where at least 7 are needed") }
            var numbers: [Double] = []
            for word in words.prefix(7) {
                guard let number = Double(word), number.isFinite, abs(number) < 1e9 else {
                    throw failure("'\(word)' is no number")
                }
                numbers.append(number)
            }
            guard numbers[0] >= 1, numbers[0] <= Double(mostFrames), numbers[0] == numbers[0].rounded() else {
                throw failure("'\(words[0])' is no frame number from 1 to \(mostFrames)")
            }
            let frame = Int(numbers[0])
            while frames.count < frame { frames.append([]) }
            let box = Box(
                x: Float(numbers[2]), y: Float(numbers[3]), width: Float(numbers[4]), height: Float(numbers[5]))
            frames[frame - 1].append(
                Detection(label: "object", classIndex: 0, score: Float(numbers[6]), box: box))
        }
        return frames
    }

    /// The row of one track in frame `frame` (from 1).
    public static func row(_ track: Track, frame: Int) -> String {
        let box = [track.box.x, track.box.y, track.box.width, track.box.height].map { value in
            "\((Double(value) * 100).rounded() / 100)"
        }
        return "\(frame),\(track.id),\(box.joined(separator: ",")),\(track.score),-1,-1,-1"
    }
}
