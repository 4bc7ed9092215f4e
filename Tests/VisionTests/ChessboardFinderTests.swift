// Corners of a chessboard in pictures. Each draws pictures of 320 x 240 pixels, which takes debug builds some tenths of
// a second.
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct ChessboardFinderTests {
    private let finder = ChessboardFinder(RenderedBoard.usual)

    /// The root of the mean squared distance to the true corners, in the order of the board.
    private func error(_ found: BoardSighting, _ truth: RenderedBoard) -> Double {
        let squares = zip(found.corners, truth.corners).map { ($0 - $1).dot($0 - $1) }
        return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }

    @Test(
        "all corners are found to a fraction of a pixel, in order",
        arguments: [(1, 2.0, 2.0, 0.1), (2, 2.0, 8.0, 0.3), (3, 5.0, 2.0, 0.3), (4, 2.0, 2.0, 0.1)])
    func accuracy(seed: UInt64, blur: Double, noise: Double, bound: Double) throws {
        var random = SplitMix(state: seed)
        let truth = RenderedBoard(lens: seed == 4 ? RenderedBoard.bent : RenderedBoard.plain, using: &random)
        let found = try #require(
            finder.find(in: try truth.picture(blur: blur, noise: noise, using: &random)), "seed \(seed)")
        // 7 x 5 corners look the same upside down, so that the picture's top is the first row.
        let isTurned = truth.corners[0].y > truth.corners[truth.board.corners - 1].y
        let straight = BoardSighting(
            board: found.board, corners: isTurned ? found.corners.reversed() : found.corners, edgeWidth: 0)
        #expect(error(straight, truth) < bound, "seed \(seed)")
        #expect(found.edgeWidth > 1 && found.edgeWidth < 3 * blur, "seed \(seed): \(found.edgeWidth)")
    }

    @Test("where colours tell the first corner from the last, a board upside down is read as such")
    func turned() throws {
        let board = try #require(Chessboard(columns: 6, rows: 5, square: 25))
        let half = Rotation(SIMD3(0, 0, Double.pi))
        let pose = BoardPose(rotation: half, translation: SIMD3(65, 50, 300))
        let truth = RenderedBoard(lens: RenderedBoard.plain, board: board, pose: pose)
        var random = SplitMix(state: 1)
        let found = try #require(ChessboardFinder(board).find(in: try truth.picture(using: &random)))
        #expect(error(found, truth) < 0.1)
    }

    @Test("a board that is partly outside, and one of another size, are not the board")
    func refusals() throws {
        var random = SplitMix(state: 1)
        let straight = Rotation(SIMD3(0, 0, 0))
        let outside = RenderedBoard(
            lens: RenderedBoard.plain, pose: BoardPose(rotation: straight, translation: SIMD3(0, -50, 250)))
        #expect(finder.find(in: try outside.picture(using: &random)) == nil)
        let whole = RenderedBoard(
            lens: RenderedBoard.plain, pose: BoardPose(rotation: straight, translation: SIMD3(-75, -50, 250)))
        let picture = try whole.picture(using: &random)
        #expect(finder.find(in: picture) != nil)
        for (columns, rows) in [(6, 5), (7, 4), (8, 5), (7, 6), (3, 3)] {
            let other = try #require(Chessboard(columns: columns, rows: rows, square: 25))
            #expect(ChessboardFinder(other).find(in: picture) == nil, "\(columns) x \(rows)")
        }
    }

    @Test(
        "pictures without a board, and too small for one, have none",
        arguments: [(1, 1), (13, 5), (60, 60), (160, 120)])
    func nothing(width: Int, height: Int) throws {
        var random = SplitMix(state: UInt64(width))
        let noise = (0..<width * height).map { _ in UInt8.random(in: 0...255, using: &random) }
        let flat = [UInt8](repeating: 128, count: width * height)
        // Fields of 6 pixels everywhere: more corners than any board has.
        let fields = (0..<width * height).map { at -> UInt8 in
            (at % width / 6 + at / width / 6).isMultiple(of: 2) ? 0 : 255
        }
        for bytes in [noise, flat, fields] {
            let picture = try Image(width: width, height: height, format: .grey, bytes: bytes)
            #expect(finder.find(in: picture) == nil)
        }
    }
}
