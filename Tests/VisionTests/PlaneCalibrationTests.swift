// Millimetres on a plane.
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct PlaneCalibrationTests {
    private static let tilted = BoardPose(rotation: Rotation(SIMD3(0.5, -0.3, 0.2)), translation: SIMD3(-60, -40, 300))

    private func plane(_ lens: Lens, isTold: Bool, noise: Double = 0) throws -> (PlaneCalibration, RenderedBoard) {
        let board = RenderedBoard(lens: lens, pose: Self.tilted)
        var random = SplitMix(state: 1)
        let views = (0..<4).map { _ in board.sighting(noise: noise, using: &random) }
        return (try PlaneCalibration(views, width: 320, height: 240, lens: isTold ? lens : nil), board)
    }

    @Test("places beyond the board are told in its millimetres, through the lens where there is one")
    func places() throws {
        for lens in [RenderedBoard.plain, RenderedBoard.bent] {
            let (plane, board) = try plane(lens, isTold: true)
            #expect(plane.rms < 1e-6)
            for place in [SIMD2(0.0, 0.0), SIMD2(150, 100), SIMD2(-30, 60), SIMD2(70, 120)] {
                let found = try #require(plane.place(board.corner(place)))
                #expect((found - place).length < 1e-5, "\(place)")
            }
            let (first, second) = (board.corner(SIMD2(0, 0)), board.corner(SIMD2(30, 40)))
            let distance = try #require(plane.distance(first, second))
            #expect(abs(distance - 50) < 1e-5)
        }
        // A bent lens that nobody tells of bends the plane.
        #expect(try plane(RenderedBoard.bent, isTold: false).0.rms > 0.05)
        #expect(try plane(RenderedBoard.plain, isTold: false, noise: 0.1).0.rms < 0.2)
    }

    @Test("a box is as large as what fills it")
    func boxes() throws {
        let straight = BoardPose(rotation: Rotation(SIMD3(0, 0, 0)), translation: SIMD3(-75, -50, 250))
        let lens = Lens(fx: 500, fy: 500, cx: 159.5, cy: 119.5)
        let board = RenderedBoard(lens: lens, pose: straight)
        let plane = try PlaneCalibration([board.sighting], width: 320, height: 240, lens: nil)
        // Two pixels a millimetre.
        let size = try #require(plane.size(of: Box(x: 10, y: 20, width: 100, height: 50)))
        #expect(abs(size.width - 50) < 1e-6 && abs(size.height - 25) < 1e-6)
        let scale = try #require(plane.millimetresPerPixel(at: SIMD2(3, 4)))
        #expect(abs(scale - 0.5) < 1e-6)
        // The box of the whole picture begins half a pixel before its first one's middle.
        let corner = try #require(plane.place(SIMD2(-0.5, -0.5)))
        #expect((corner - SIMD2(75 - 80, 50 - 60)).length < 1e-6)
    }

    @Test("beyond the horizon there is no plane")
    func horizon() throws {
        let steep = BoardPose(rotation: Rotation(SIMD3(-1.2, 0, 0)), translation: SIMD3(-75, 0, 300))
        let board = RenderedBoard(lens: RenderedBoard.plain, pose: steep)
        let plane = try PlaneCalibration([board.sighting], width: 320, height: 240, lens: RenderedBoard.plain)
        #expect(plane.place(SIMD2(160, 121)) != nil)
        // The plane leans away upwards, by 0.37 from the axis: its horizon is 117 pixels above the middle.
        #expect(plane.place(SIMD2(160, 121 - 110)) != nil && plane.place(SIMD2(160, 121 - 125)) == nil)
    }

    @Test("a board that moved, and no board, are told")
    func refusals() throws {
        let board = RenderedBoard(lens: RenderedBoard.plain, pose: Self.tilted)
        let moved = BoardSighting(
            board: board.board, corners: board.corners.map { $0 + SIMD2(3, 0) }, edgeWidth: 2)
        #expect(throws: CalibrationError.boardMoved) {
            try PlaneCalibration([board.sighting, moved], width: 320, height: 240, lens: nil)
        }
        #expect(throws: CalibrationError.tooFewViews(found: 0, needed: 1)) {
            try PlaneCalibration([], width: 320, height: 240, lens: nil)
        }
        let line = BoardSighting(
            board: board.board, corners: board.board.places.map { SIMD2($0.x, 7) }, edgeWidth: 2)
        #expect(throws: CalibrationError.undetermined) {
            try PlaneCalibration([line], width: 320, height: 240, lens: nil)
        }
    }

    @Test("the file gives the same plane, and a wrong one is told by line")
    func file() throws {
        let (plane, _) = try plane(RenderedBoard.bent, isTold: true, noise: 0.1)
        let text = plane.json.indentedText
        func read(_ text: String) throws -> PlaneCalibration {
            try Array(text.utf8).withUnsafeBytes { try PlaneCalibration($0, source: "belt.json") }
        }
        #expect(try read(text) == plane)
        for (old, new, reason) in [
            ("\"homography\"", "\"homographs\"", "\"homography\" is missing"),
            ("\"distortion\"", "\"distorsion\"", "\"lens.distortion\" is missing"),
            ("\"rms_mm\": ", "\"rms_mm\": -", "must lie between 0.0 and 1000000.0"),
            ("\"homography\"", "\"fx\": 1, \"homographs\"", "this file tells of a lens; 'arete calibrate --plane'"),
        ] {
            do {
                _ = try read(text.replacingOccurrences(of: old, with: new))
                Issue.record("read with \(new)")
            } catch {
                #expect("\(error)".hasPrefix("belt.json line ") && "\(error)".contains(reason), "\(error)")
            }
        }
    }
}
