// Feeds the reader of MOTChallenge detections and the tracker: any bytes end in an error, or in tracks with boxes.

import FuzzDriver
import Vision

@main enum SightingsFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            guard let frames = try? MOTChallengeFile.detections(bytes, source: "fuzz") else { return 0 }
            var tracker = Tracker()
            for (index, frame) in frames.prefix(1000).enumerated() {
                for track in tracker.update(frame, at: Double(index) / 25) {
                    precondition(track.box.x.isFinite && track.box.width >= 1)
                    precondition(!MOTChallengeFile.row(track, frame: index + 1).isEmpty)
                }
            }
            return 0
        }
    }
}
