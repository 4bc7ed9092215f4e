// arete station: the other end of links.
import Link

enum StationCommand: Command {
    static let form = CommandForm(
        name: "station", summary: "Receives what senders of paired links tell, and keeps it",
        positionals: "", positionalCount: 0...0,
        options: [
            .init(
                name: "--listen", value: "PLACE...",
                help: "where packets come in (127.0.0.1: from this machine alone): \(PortPlace.forms)",
                takesMany: true),
            .init(
                name: "--pairing", value: "FILE...",
                help: "of each sender ('arete link pair'), or folders of files *.pairing; read again as they change",
                takesMany: true),
            .init(name: "--store", value: "FILE", help: "where all is kept"),
            .init(name: "--pictures", value: "DIR", help: "where pictures are written, too, as WebP files"),
            .init(
                name: "--asks", value: nil,
                help:
                    "reads standard input: {\"ask\": \"picture\", \"sender\": NAME, \"track\": N, \"level\": 0 to 3}, "
                    + "{\"ask\": \"scene\", \"sender\": NAME, \"camera\": N}, one a line"),
            .init(name: "--no-page", value: nil, help: "serve no page: print alone"),
            .init(name: "--json", value: nil, help: "one JSON document a line"),
        ])

    static func run(_ arguments: ParsedArguments) throws {
        guard arguments.has("--no-page") else { throw UsageError("this version serves no page: say --no-page") }
        var run = try StationRun(arguments)
        Interruption.watch()
        run.tellPlaces()
        while !Interruption.isWanted { try run.turn() }
        run.tellCounts()
    }
}
