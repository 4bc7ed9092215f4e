// arete track: detections of the frames of a sequence in, tracks out.
import Evaluation
import Imaging
import Vision

enum TrackCommand: Command {
    static let form = CommandForm(
        name: "track", summary: "Follows objects through detections in the MOTChallenge layout",
        positionals: "DETECTIONS.txt", positionalCount: 1...1,
        options: [
            .init(name: "--rate", value: "N", help: "frames a second (default 25)"),
            .init(name: "--sure", value: "T", help: "score from which detections begin tracks (default 0.6)"),
            .init(
                name: "--camera", value: "DIR",
                help: "the frames' pictures, by name: the camera's own motion is taken out"),
            .init(
                name: "--size", value: "WxH",
                help: "the pictures' size: boxes end there (told by the pictures with --camera)"),
            .init(name: "-o", value: "TRACKS.txt", help: "write there and not to standard output"),
        ])

    static func run(_ arguments: ParsedArguments) throws {
        let rate = try arguments.number("--rate", in: 0.001...1000) ?? 25
        var options = TrackerOptions()
        if let sure = try arguments.number("--sure", in: 0...1) { options.sure = Float(sure) }
        var frames = try MOTChallengeFile.detections(path: arguments.positionals[0])
        var camera = try arguments.last("--camera").map { try FilmedMotion(folder: $0, frames: frames.count) }
        if let size = try camera?.size() ?? VisionOptions.size(arguments) {
            options.picture = .init(width: size.width, height: size.height)
        }
        while let camera, frames.count < camera.count { frames.append([]) }
        var tracker = Tracker(options)
        var rows: [String] = []
        for (index, detections) in frames.enumerated() {
            let hiding = detections.filter { $0.score >= options.doubtful }.map(\.box)
            let motion = try camera?.motion(to: index, hiding: hiding)
            let tracks = tracker.update(detections, at: Double(index) / rate, camera: motion)
            rows += tracks.map { MOTChallengeFile.row($0, frame: index + 1) }
        }
        if let camera { Output.error("arete: \(camera.summary)") }
        if let output = arguments.last("-o") {
            try TextFolder.write(rows.map { $0 + "\n" }.joined(), to: output)
        } else if !rows.isEmpty {
            try Output.print(rows.joined(separator: "\n"))
        }
    }
}

/// The camera's motion through a folder of pictures, one a frame.
private struct FilmedMotion {
    private let files: [String]
    private let estimator = CameraMotionEstimator()
    private var times: [Double] = []
    private var told = 0

    /// Frames may follow in which nothing was detected.
    init(folder: String, frames: Int) throws {
        files = try ImageFolder(folder).files()
        guard files.count >= frames else {
            throw EvaluationError.file(
                path: folder, reason: "holds \(files.count) pictures, but there are detections of \(frames) frames")
        }
    }

    var count: Int { files.count }

    /// Of the first picture.
    func size() throws -> (width: Int, height: Int) {
        let first = try image(0)
        return (first.width, first.height)
    }

    private func image(_ frame: Int) throws -> Image {
        do {
            return try Image.read(path: files[frame])
        } catch {
            throw EvaluationError.file(path: files[frame], reason: "\(error)")
        }
    }

    mutating func motion(to frame: Int, hiding boxes: [Box]) throws -> CameraMotion? {
        let grey = try image(frame).converted(to: .grey)
        do {
            let format = try RawFormat(.grey, width: grey.width, height: grey.height)
            let start = Clock.wall
            let motion = try grey.bytes.withUnsafeBytes { bytes in
                try estimator.motion(to: try RawPicture(format, [bytes]), hiding: boxes)
            }
            times.append(Clock.wall - start)
            if motion != nil { told += 1 }
            return motion
        } catch {
            throw EvaluationError.file(path: files[frame], reason: "\(error)")
        }
    }

    var summary: String {
        let median = Figures.text(times.percentile(0.5) * 1e3, digits: 2)
        return "the camera's motion is known in \(told) of \(count) pictures, \(median) ms each"
    }
}
