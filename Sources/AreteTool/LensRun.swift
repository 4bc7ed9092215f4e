// A lens measured from a source's pictures.
import Evaluation
import JSON
import Vision

struct LensRun {
    let output: String

    private struct View {
        let number: Int
        let sighting: BoardSighting
    }

    /// Of a folder with more, the first ones are enough for any lens.
    private static let mostViews = 300

    func run(_ pictures: BoardPictures, isJSON: Bool) throws {
        var refusals = BoardRefusals()
        let views = try collect(pictures, &refusals)
        let size = try pictures.foundSize()
        guard views.count >= CalibrationResult.leastViews || !pictures.isContinuous else {
            throw BoardNotTaken(
                source: pictures.source.name, found: pictures.found, pictures: pictures.count, taken: views.count,
                needed: CalibrationResult.leastViews, refusals: refusals)
        }
        let result = try CalibrationResult(views.map(\.sighting), width: size.width, height: size.height)
        try TextFolder.write(result.calibration.json.indentedText + "\n", to: output)
        if isJSON {
            try Output.print(json(pictures, views, result).text)
        } else {
            try Output.print(text(pictures, result))
        }
        for warning in result.warnings { Output.error("arete: \(warning)") }
    }

    /// Of a folder every view, as somebody chose its pictures; else those that are sharp, at rest and new, until they
    /// are enough.
    private func collect(_ pictures: BoardPictures, _ refusals: inout BoardRefusals) throws -> [View] {
        var views: [View] = []
        var status = StatusLine()
        var collection: ViewCollection?
        try pictures.forEach { number, sighting in
            defer { status.show { line(pictures, views.count, sighting, collection) } }
            guard let sighting else {
                collection?.lose()
                return true
            }
            guard pictures.isContinuous, let size = pictures.size else {
                views.append(View(number: number, sighting: sighting))
                return views.count < Self.mostViews
            }
            var known = collection ?? ViewCollection(width: size.width, height: size.height)
            let verdict = known.consider(sighting, isMoving: true)
            if verdict == .taken { views.append(View(number: number, sighting: sighting)) }
            refusals.note(verdict)
            collection = known
            return !known.isEnough
        }
        status.finish()
        return views
    }

    private func line(
        _ pictures: BoardPictures, _ views: Int, _ sighting: BoardSighting?, _ collection: ViewCollection?
    ) -> String {
        let board = sighting == nil ? "no whole board in sight" : "board in sight"
        let next = collection?.missing.first.map { "; \($0), and hold it still" } ?? ""
        return "\(views) views of \(pictures.count) pictures, \(board)\(next)"
    }

    private func text(_ pictures: BoardPictures, _ result: CalibrationResult) -> String {
        let calibration = result.calibration
        let lens = calibration.lens
        let names = ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3"]
        let values = [lens.fx, lens.fy, lens.cx, lens.cy] + lens.distortion
        let rows = names.indices.map { index in
            let digits = index < 4 ? 2 : 5
            let (value, deviation) = (values[index], calibration.deviations[index])
            return
                "  \(names[index])  \(Figures.text(value, digits: digits)) ± \(Figures.text(deviation, digits: digits))"
        }
        let share = Figures.text(calibration.coverage * 100, digits: 0)
        let head =
            "\(output): \(calibration.views) views in \(pictures.count) pictures of \(calibration.width) x"
            + " \(calibration.height), error \(Figures.text(calibration.rms, digits: 3)) pixels,"
            + " corners in \(share) % of the picture"
        return ([head] + rows).joined(separator: "\n")
    }

    private func json(_ pictures: BoardPictures, _ views: [View], _ result: CalibrationResult) -> JSONValue {
        let list = zip(views, result.viewErrors).map { view, error -> JSONValue in
            let corners = view.sighting.corners.map { corner -> JSONValue in [JSONValue(corner.x), JSONValue(corner.y)]
            }
            return [
                "picture": JSONValue(view.number), "rms_px": JSONValue(error),
                "edge_px": JSONValue(view.sighting.edgeWidth), "corners": JSONValue(corners),
            ]
        }
        return [
            "file": JSONValue(output), "source": JSONValue(pictures.source.name),
            "pictures": JSONValue(pictures.count), "found": JSONValue(pictures.found),
            "search_ms": JSONValue(pictures.searchTime), "calibration": result.calibration.json,
            "views": JSONValue(list), "warnings": JSONValue(result.warnings.map { JSONValue($0) }),
        ]
    }
}
