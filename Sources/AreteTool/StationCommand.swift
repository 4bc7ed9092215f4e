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
            .init(
                name: "--store", value: "PLACE",
                help: "where all is kept: a file, or postgres://USER@HOST/DATABASE, which several stations may share"),
            .init(name: "--pictures", value: "DIR", help: "where pictures are written, too, as WebP files"),
            .init(
                name: "--asks", value: nil,
                help:
                    "reads standard input: {\"ask\": \"picture\", \"sender\": NAME, \"track\": N, \"level\": 0 to 3}, "
                    + "{\"ask\": \"scene\", \"sender\": NAME, \"camera\": N}, one a line"),
            .init(
                name: "--sinks", value: "FILE",
                help: "hands detections on, to TAK, brokers and servers: a JSON file with \"spool\" and \"sinks\""),
        ] + StationServing.options + [
            .init(name: "--no-page", value: nil, help: "serve no page: print alone"),
            .init(name: "--json", value: nil, help: "one JSON document a line"),
        ])

    static func run(_ arguments: ParsedArguments) throws {
        var run = try StationRun(arguments)
        let forwarding = try run.forward(arguments)
        let serving = arguments.has("--no-page") ? nil : try run.serve(arguments)
        Interruption.watch()
        run.tellPlaces()
        try serving?.tell()
        while !Interruption.isWanted { try run.turn() }
        forwarding?.finish()
        run.tellCounts()
    }
}
