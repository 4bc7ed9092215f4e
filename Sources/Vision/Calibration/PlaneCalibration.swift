// How large things are that lie on a plane: a belt, a table, a wall.
import Glibc
import Imaging

/// From pixels to millimetres on the plane that a board lay on.
public struct PlaneCalibration: Hashable, Sendable {
    /// Of the pictures that the board was seen in.
    public let width: Int
    public let height: Int
    /// From pixels, undistorted where there is a lens, to millimetres from the board's first corner.
    let homography: Homography
    public let lens: Lens?
    public let board: Chessboard
    /// The root of the mean squared distance between the corners' places and where they are seen to lie, in
    /// millimetres.
    public let rms: Double

    init(width: Int, height: Int, homography: Homography, lens: Lens?, board: Chessboard, rms: Double) {
        (self.width, self.height, self.homography) = (width, height, homography)
        (self.lens, self.board, self.rms) = (lens, board, rms)
    }

    /// From one or more pictures of a board at rest, whose corners are averaged.
    ///
    /// - Throws: `CalibrationError` where the board moved between them, or lies edge on.
    public init(_ sightings: [BoardSighting], width: Int, height: Int, lens: Lens?) throws(CalibrationError) {
        guard let first = sightings.first else { throw .tooFewViews(found: 0, needed: 1) }
        var corners = [SIMD2<Double>](repeating: SIMD2(0, 0), count: first.corners.count)
        for sighting in sightings {
            guard Self.isAtRest(first, sighting) else { throw .boardMoved }
            for (index, corner) in sighting.corners.enumerated() { corners[index] += corner / Double(sightings.count) }
        }
        var straight: [SIMD2<Double>] = []
        for corner in corners {
            guard let pixel = lens.map({ $0.undistorted(corner) }) ?? corner else { throw .undetermined }
            straight.append(pixel)
        }
        let places = first.board.places
        guard let homography = Homography(from: straight, to: places) else { throw .undetermined }
        let errors = zip(straight, places).map { (homography.applied(to: $0) - $1).length }
        self.init(
            width: width, height: height, homography: homography, lens: lens, board: first.board,
            rms: (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot())
    }

    /// Pixels that the corners of a board at rest move from picture to picture, in noise.
    private static let rest = 2.0

    /// Whether two pictures show a board that did not move between them.
    public static func isAtRest(_ first: BoardSighting, _ second: BoardSighting) -> Bool {
        first.board == second.board
            && zip(first.corners, second.corners).allSatisfy { ($0 - $1).length < rest }
    }

    /// Millimetres, a thousand kilometres: farther away lies nothing that is measured, but what a file's numbers make up.
    private static let farthest = 1e9

    /// Millimetres from the board's first corner, along its rows and columns, of what is seen at `pixel` (the middle of
    /// the first is
    /// (0, 0)); `nil` beyond the plane's horizon.
    public func place(_ pixel: SIMD2<Double>) -> SIMD2<Double>? {
        guard let straight = lens.map({ $0.undistorted(pixel) }) ?? pixel else { return nil }
        guard homography.rows[2].dot(SIMD3(straight.x, straight.y, 1)) > 0 else { return nil }
        let place = homography.applied(to: straight)
        return place.length <= Self.farthest ? place : nil
    }

    /// Millimetres between what is seen at two pixels.
    public func distance(_ first: SIMD2<Double>, _ second: SIMD2<Double>) -> Double? {
        guard let from = place(first), let to = place(second) else { return nil }
        return (to - from).length
    }

    /// How wide and high, in millimetres, what fills `box` is: between the middles of the box's sides.
    public func size(of box: Box) -> (width: Double, height: Double)? {
        // A box counts from the corner of the first pixel and not from its middle.
        let (left, top) = (Double(box.x) - 0.5, Double(box.y) - 0.5)
        let (right, bottom) = (Double(box.right) - 0.5, Double(box.bottom) - 0.5)
        let (x, y) = ((left + right) / 2, (top + bottom) / 2)
        guard let width = distance(SIMD2(left, y), SIMD2(right, y)),
            let height = distance(SIMD2(x, top), SIMD2(x, bottom))
        else { return nil }
        return (width, height)
    }

    /// The side, in millimetres, of a square as large as what the pixel at `place` shows.
    public func millimetresPerPixel(at pixel: SIMD2<Double>) -> Double? {
        let half = 0.5
        guard let left = place(pixel - SIMD2(half, 0)), let right = place(pixel + SIMD2(half, 0)),
            let upper = place(pixel - SIMD2(0, half)), let lower = place(pixel + SIMD2(0, half))
        else { return nil }
        let side = abs((right - left).cross(lower - upper)).squareRoot()
        return side.isFinite ? side : nil
    }
}
