// arete track: detections of the frames of a sequence in, tracks out.
import Vision

enum TrackCommand: Command {
    static let form = CommandForm(
        name: "track", summary: "Follows objects through detections in the MOTChallenge layout",
        positionals: "DETECTIONS.txt", positionalCount: 1...1,
        options: [
            .init(name: "--rate", value: "N", help: "frames a second (default 25)"),
            .init(name: "--sure", value: "T", help: "score from which detections begin tracks (default 0.6)"),
            .init(name: "-o", value: "TRACKS.txt", help: "write there and not to standard output"),
        ])

    static func run(_ arguments: ParsedArguments) throws {
        let rate = try arguments.number("--rate", in: 0.001...1000) ?? 25
        var options = TrackerOptions()
        if let sure = try arguments.number("--sure", in: 0...1) { options.sure = Float(sure) }
        let frames = try MOTChallengeFile.detections(path: arguments.positionals[0])
        var tracker = Tracker(options)
        var rows: [String] = []
        for (index, detections) in frames.enumerated() {
            let tracks = tracker.update(detections, at: Double(index) / rate)
            rows += tracks.map { MOTChallengeFile.row($0, frame: index + 1) }
        }
        if let output = arguments.last("-o") {
            try TextFolder.write(rows.map { $0 + "\n" }.joined(), to: output)
        } else if !rows.isEmpty {
            try Output.print(rows.joined(separator: "\n"))
        }
    }
}
