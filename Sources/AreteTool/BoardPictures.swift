// Sightings of a board in a source's pictures.
import Capture
import Evaluation
import Imaging
import Vision

/// Goes through a source's pictures and looks for the board in each.
final class BoardPictures {
    let board: Chessboard
    let source: any FrameSource
    /// Whether pictures follow one another closely, as a camera's do, so that a board may be caught in motion.
    let isContinuous: Bool
    /// Pictures looked at.
    private(set) var count = 0
    private(set) var found = 0
    /// Milliseconds that each search took.
    private(set) var searches: [Double] = []
    /// Of the first picture in which the board was found; those of another size are left out.
    private(set) var size: (width: Int, height: Int)?

    private let finder: ChessboardFinder
    private let most: Int
    private let decoder = FrameDecoder()
    private var range = AutomaticRange()
    private var converter: RawConverter?

    init(_ request: SourceRequest, board: Chessboard, most: Int?) throws {
        self.board = board
        self.most = most ?? .max
        finder = ChessboardFinder(board)
        if case .folder = request { isContinuous = false } else { isContinuous = true }
        source = try request.open(pace: request.ends ? .fastest : .recorded) { Output.error("arete: \($0)") }
    }

    /// Hands `body` the number of each picture (from 1) and the board in it, until that returns `false` or the pictures
    /// end.
    func forEach(_ body: (_ number: Int, _ sighting: BoardSighting?) throws -> Bool) throws {
        Interruption.watch()
        while !Interruption.isWanted, count < most {
            switch try source.next(within: 200) {
            case .frame(let frame):
                count += 1
                guard try body(count, try sighting(in: frame)) else { return }
            case .nothing: break
            case .end: return
            }
        }
    }

    private func sighting(in frame: Frame) throws -> BoardSighting? {
        guard !frame.isDamaged else { return nil }
        let picture: Image
        do {
            picture = try grey(frame)
        } catch let error as ImageError {
            Output.error("arete: \(source.name): picture \(count) \(error); left out")
            return nil
        }
        if let size, size != (picture.width, picture.height) {
            Output.error(
                "arete: \(source.name): picture \(count) has \(picture.width) x \(picture.height) pixels"
                    + " where the first with the board had \(size.width) x \(size.height); left out")
            return nil
        }
        let start = Clock.wall
        let sighting = finder.find(in: picture)
        searches.append((Clock.wall - start) * 1000)
        // Of a camera that runs for hours, the last ones tell enough.
        if searches.count > 10_000 { searches.removeFirst(5000) }
        if sighting != nil {
            found += 1
            size = (picture.width, picture.height)
        }
        return sighting
    }

    private func grey(_ frame: Frame) throws -> Image {
        try decoder.withPicture(of: frame) { picture, _ in
            let format = picture.format
            if converter?.format != format {
                let target = RawConverter.Target(width: format.width, height: format.height, colour: .grey)
                converter = try RawConverter(format, to: target)
            }
            guard let converter else {
                throw ImageError.unsupported(format: "raw", reason: "too narrow to look for a board")
            }
            converter.setRange(range.follow(picture))
            return try Image(
                width: format.width, height: format.height, format: .grey, bytes: converter.bytes(of: picture))
        }
    }

    /// The size of the pictures with the board.
    ///
    /// - Throws: where the board was in none.
    func foundSize() throws -> (width: Int, height: Int) {
        guard let size else {
            throw BoardNotFound(source: source.name, pictures: count, board: board)
        }
        return size
    }

    /// The median of the times that searches took, in milliseconds.
    var searchTime: Double { searches.isEmpty ? 0 : searches.sorted()[searches.count / 2] }
}
