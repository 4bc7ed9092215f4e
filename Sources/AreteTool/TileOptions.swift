// The options that let a detector look at parts of a picture one by one.
import Vision

struct TileOptions {
    /// In pixels of the picture; `nil`: as large as the model's input.
    let size: (width: Int, height: Int)?
    let overlap: Double
    let looksAtWhole: Bool

    static let form: [CommandForm.Option] = [
        .init(
            name: "--tiles", value: "WxH",
            help: "look at overlapping parts of so many pixels one by one, for small objects; auto: the input's size"),
        .init(name: "--overlap", value: "S", help: "share that neighbouring parts have in common (default 0.2)"),
        .init(name: "--whole", value: nil, help: "with --tiles: look at the whole picture too, for large objects"),
    ]

    private static let usualOverlap = 0.2

    /// `nil` without `--tiles`.
    init?(_ arguments: ParsedArguments) throws {
        guard let text = arguments.last("--tiles") else {
            for option in ["--overlap", "--whole"] where arguments.has(option) {
                throw UsageError("\(option) goes with --tiles")
            }
            return nil
        }
        size = text == "auto" ? nil : try VisionOptions.size(arguments, "--tiles")
        overlap = try arguments.number("--overlap", in: TileGrid.overlaps) ?? Self.usualOverlap
        looksAtWhole = arguments.has("--whole")
    }
}
