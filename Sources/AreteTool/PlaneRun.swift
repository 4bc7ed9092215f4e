// Millimetres on a plane, measured from pictures of a board that lies on it.
import Evaluation
import JSON
import Vision

struct PlaneRun {
    let lens: CameraCalibration?
    let output: String

    /// Of a board at rest, more pictures even out no more noise than matters.
    private static let most = 10

    func run(_ pictures: BoardPictures, isJSON: Bool) throws {
        let views = try collect(pictures)
        let size = try pictures.foundSize()
        if let lens, (lens.width, lens.height) != size {
            throw OtherSize(lens: lens, width: size.width, height: size.height)
        }
        let plane = try PlaneCalibration(views, width: size.width, height: size.height, lens: lens?.lens)
        try TextFolder.write(plane.json.indentedText + "\n", to: output)
        if isJSON { return try Output.print(plane.json.text) }
        let middle = SIMD2(Double(size.width - 1) / 2, Double(size.height - 1) / 2)
        let scale = plane.millimetresPerPixel(at: middle).map {
            "\(Figures.text($0, digits: 4)) mm a pixel in the middle, "
        }
        try Output.print(
            "\(output): \(scale ?? "")corners off by \(Figures.text(plane.rms, digits: 3)) mm,"
                + " from \(views.count) pictures"
        )
    }
}

extension PlaneRun {
    /// Of a folder every view, as somebody chose its pictures; else those of a board at rest, which may have been laid down before.
    private func collect(_ pictures: BoardPictures) throws -> [BoardSighting] {
        var views: [BoardSighting] = []
        var longest: [BoardSighting] = []
        var status = StatusLine()
        try pictures.forEach { _, sighting in
            defer {
                status.show { "\(views.count) of \(Self.most) views of the board in \(pictures.count) pictures" }
            }
            guard let sighting else { return true }
            if pictures.isContinuous, let first = views.first, !PlaneCalibration.isAtRest(first, sighting) {
                views = []
            }
            views.append(sighting)
            if views.count > longest.count { longest = views }
            return views.count < Self.most
        }
        status.finish()
        guard longest.count > 1 || pictures.count <= 1 || !pictures.isContinuous else {
            throw BoardNotTaken(
                source: pictures.source.name, found: pictures.found, pictures: pictures.count, taken: 0, needed: 1,
                refusals: BoardRefusals(moving: pictures.found))
        }
        return longest
    }
}

/// A lens is known for pictures of one size.
struct OtherSize: Error, CustomStringConvertible {
    let lens: CameraCalibration
    let width: Int
    let height: Int

    var description: String {
        "the lens was measured in pictures of \(lens.width) x \(lens.height), these have \(width) x \(height) pixels"
    }
}
