// arete calibrate: what a camera's pixels mean, from pictures of a printed board.
import Imaging
import Vision

enum CalibrateCommand: Command {
    static let form = CommandForm(
        name: "calibrate", summary: "Measures a lens, a plane or a mounting with a printed chessboard",
        positionals: "[SOURCE]", positionalCount: 0...1,
        options: [
            .init(name: "--board", value: "CxR", help: "inner corners of the board (default 9x6)"),
            .init(name: "--square", value: "MM", help: "side of its squares in millimetres (default 25)"),
            .init(name: "-o", value: "FILE", help: "the result: camera.json, or belt.json of --plane"),
            .init(name: "--frames", value: "N", help: "end after so many pictures"),
            .init(name: "--plane", value: nil, help: "millimetres on the plane that the board lies on"),
            .init(name: "--lens", value: "FILE", help: "camera.json of the lens, for --plane and --boresight"),
            .init(name: "--boresight", value: "FILE", help: "the mounting, from sightings of known directions"),
            .init(name: "--print", value: "FILE.svg", help: "write the board, to be printed"),
        ] + SourceOptions.all + [ModelOptions.json])

    static func run(_ arguments: ParsedArguments) throws {
        if let file = arguments.last("--print") { return try printBoard(file, arguments) }
        guard let output = arguments.last("-o") else {
            throw UsageError("'calibrate' needs -o FILE; see 'arete calibrate --help'")
        }
        if let sightings = arguments.last("--boresight") {
            guard arguments.positionals.isEmpty, let lens = arguments.last("--lens") else {
                throw UsageError("--boresight takes no SOURCE and needs --lens; see 'arete calibrate --help'")
            }
            return try BoresightRun(sightings: sightings, lens: lens, output: output)
                .run(isJSON: arguments.has("--json"))
        }
        guard let source = arguments.positionals.first else {
            throw UsageError("'calibrate' needs a SOURCE; see 'arete calibrate --help'")
        }
        let isPlane = arguments.has("--plane")
        guard isPlane || !arguments.has("--lens") else {
            throw UsageError("--lens is for --plane and --boresight; see 'arete calibrate --help'")
        }
        let lens = try arguments.last("--lens").map { try CameraCalibration.read($0) }
        let pictures = try BoardPictures(
            SourceOptions.request(source, arguments), board: board(arguments),
            most: arguments.integer("--frames", in: 1...Int.max))
        if isPlane {
            try PlaneRun(lens: lens, output: output).run(pictures, isJSON: arguments.has("--json"))
        } else {
            try LensRun(output: output).run(pictures, isJSON: arguments.has("--json"))
        }
    }

    private static func board(_ arguments: ParsedArguments) throws -> Chessboard {
        let size = arguments.last("--board") ?? "9x6"
        let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        let square = try arguments.number("--square", in: Chessboard.squares) ?? 25
        guard sides.count == 2, let columns = sides[0], let rows = sides[1],
            let board = Chessboard(columns: columns, rows: rows, square: square)
        else {
            let range = Chessboard.sides
            throw UsageError(
                "--board takes inner corners such as 9x6, \(range.lowerBound) to \(range.upperBound) a side,"
                    + " not '\(size)'"
            )
        }
        return board
    }

    private static func printBoard(_ file: String, _ arguments: ParsedArguments) throws {
        guard file.hasSuffix(".svg") else {
            throw UsageError("--print writes SVG: its file ends in .svg, not '\(file)'")
        }
        guard arguments.positionals.isEmpty else { throw UsageError("--print takes no SOURCE") }
        let board = try board(arguments)
        try TextFolder.write(board.svg, to: file)
        try Output.print(
            "\(file): print at 100 %, fix it on something flat, measure a square and give its side as --square")
    }
}
