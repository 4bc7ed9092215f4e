// Lenses from sightings of a board, and camera.json.
import Foundation
import JSON
import TestSupport
import Testing

@testable import Vision

@Suite struct CameraCalibrationTests {
    private func values(_ lens: Lens) -> [Double] { [lens.fx, lens.fy, lens.cx, lens.cy] + lens.distortion }

    private func sightings(_ count: Int, noise: Double, seed: UInt64, tilt: Double = 40) -> [BoardSighting] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in
            RenderedBoard(lens: RenderedBoard.bent, tilt: tilt, using: &random).sighting(noise: noise, using: &random)
        }
    }

    @Test("of corners without error the lens comes out as it is", arguments: 1...3)
    func exact(seed: Int) throws {
        let result = try CalibrationResult(sightings(10, noise: 0, seed: UInt64(seed)), width: 320, height: 240)
        let (found, truth) = (values(result.calibration.lens), values(RenderedBoard.bent))
        for (found, truth) in zip(found, truth) { #expect(abs(found - truth) < 1e-5, "seed \(seed)") }
        #expect(result.calibration.rms < 1e-6)
    }

    @Test("of corners with errors it comes out within four of the deviations it tells", arguments: 1...5)
    func noisy(seed: Int) throws {
        let result = try CalibrationResult(sightings(12, noise: 0.1, seed: UInt64(seed)), width: 320, height: 240)
        let calibration = result.calibration
        for (index, (found, truth)) in zip(values(calibration.lens), values(RenderedBoard.bent)).enumerated() {
            #expect(abs(found - truth) < 4 * calibration.deviations[index], "seed \(seed): unknown \(index)")
        }
        // Two errors of 0.1 a corner.
        #expect(calibration.rms > 0.11 && calibration.rms < 0.16, "seed \(seed): \(calibration.rms)")
        #expect(calibration.deviations[0] < 2, "seed \(seed)")
    }

    @Test("the deviations told are those that come out", arguments: [1])
    func deviations(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let boards = (0..<8).map { _ in RenderedBoard(lens: RenderedBoard.bent, using: &random) }
        var (sum, told) = (0.0, 0.0)
        let rounds = 12
        for _ in 0..<rounds {
            let fit = try LensFit(boards.map { $0.sighting(noise: 0.1, using: &random) }, width: 320, height: 240)
            sum += (fit.lens.fx - RenderedBoard.bent.fx) * (fit.lens.fx - RenderedBoard.bent.fx)
            told += fit.deviations[0] / Double(rounds)
        }
        let seen = (sum / Double(rounds)).squareRoot()
        #expect(seen > 0.5 * told && seen < 1.7 * told, "seed \(seed): \(seen), told \(told)")
    }

    @Test("a lens from pictures, found and measured", arguments: [1])
    func pictures(seed: UInt64) throws {
        // Draws and searches six pictures: some seconds in debug builds.
        var random = SplitMix(state: seed)
        let finder = ChessboardFinder(RenderedBoard.usual)
        var found: [BoardSighting] = []
        while found.count < 6 {
            let view = RenderedBoard(lens: RenderedBoard.bent, using: &random)
            found.append(try #require(finder.find(in: try view.picture(using: &random)), "seed \(seed)"))
        }
        let calibration = try CalibrationResult(found, width: 320, height: 240).calibration
        #expect(abs(calibration.lens.fx / RenderedBoard.bent.fx - 1) < 0.01, "seed \(seed): \(calibration.lens)")
        #expect(
            abs(calibration.lens.cx - RenderedBoard.bent.cx) < 3 && abs(calibration.lens.cy - RenderedBoard.bent.cy) < 3
        )
        #expect(calibration.rms < 0.15, "seed \(seed): \(calibration.rms)")
    }

    @Test("too few views, and views that are all the same, determine no lens")
    func undetermined() {
        let views = sightings(2, noise: 0.1, seed: 1)
        #expect(throws: CalibrationError.tooFewViews(found: 2, needed: 3)) {
            try CalibrationResult(views, width: 320, height: 240)
        }
        let straight = BoardPose(rotation: Rotation(SIMD3(0, 0, 0)), translation: SIMD3(-75, -50, 250))
        let same = RenderedBoard(lens: RenderedBoard.plain, pose: straight).sighting
        #expect(throws: CalibrationError.undetermined) {
            try CalibrationResult([same, same, same, same], width: 320, height: 240)
        }
    }

    @Test("what makes a result doubtful is told")
    func warnings() throws {
        let flat = try CalibrationResult(sightings(5, noise: 0.1, seed: 3, tilt: 8), width: 320, height: 240).warnings
        #expect(flat.contains("5 views are few: take 10 or more"), "\(flat)")
        #expect(flat.contains("0 views are tilted by 15 degrees or more: tilt the board further"), "\(flat)")
        var views = sightings(12, noise: 0.1, seed: 4)
        #expect(try CalibrationResult(views, width: 320, height: 240).warnings.isEmpty)
        var random = SplitMix(state: 9)
        let corners = views[2].corners.map { $0 + SIMD2(RenderedBoard.normal(&random), RenderedBoard.normal(&random)) }
        views[2] = BoardSighting(board: views[2].board, corners: corners, edgeWidth: 2)
        let bent = try CalibrationResult(views, width: 320, height: 240).warnings
        #expect(bent.contains { $0.hasPrefix("view 3 fits badly") }, "\(bent)")
        let same = [BoardSighting](repeating: views[0], count: 8) + views
        let alike = try CalibrationResult(same, width: 320, height: 240).warnings
        #expect(
            alike.contains { $0.hasSuffix(" of 20 views are much like another: move the board between them") },
            "\(alike)")
    }

    @Test("the file holds all of it")
    func file() throws {
        var calibration = try CalibrationResult(sightings(8, noise: 0.1, seed: 1), width: 320, height: 240).calibration
        calibration.boresight = Boresight(
            roll: 1.5, pitch: -20, yaw: 0.25, deviations: [0.1, 0.2, 0.3], rms: 0.05, observations: 7)
        let text = calibration.json.indentedText
        let again = try Array(text.utf8).withUnsafeBytes { try CameraCalibration($0, source: "camera.json") }
        #expect(again == calibration)
    }

    @Test(
        "a wrong file is told by line and key",
        arguments: [
            (#""fx": 300"#, #""fx": 0"#, #""fx" is 0.0; it must lie between 0.001 and 10000000.0"#),
            (#""fx": 300"#, #""fz": 300"#, #""fx" is missing"#),
            ("[0, 0, 0, 0, 0]", "[0, 0]", #""distortion" has 2 numbers where 5 are needed"#),
            (#""columns": 9"#, #""columns": 900"#, #""board.columns" is 900; it must lie between 3 and 50"#),
            (#""views": 9"#, #""view": 9"#, #""views" is missing"#),
            (#""coverage": 1"#, #""coverage": 1, "more": 2"#, "unknown key \"more\""),
        ])
    func wrong(old: String, new: String, reason: String) throws {
        let text = """
            {"width": 640, "height": 480, "fx": 300, "fy": 300, "cx": 1, "cy": 2,
             "distortion": [0, 0, 0, 0, 0], "sigma": [1, 1, 1, 1, 1, 1, 1, 1, 1], "rms_px": 0.1, "views": 9,
             "board": {"columns": 9, "rows": 6, "square_mm": 25}, "coverage": 1}
            """
        func read(_ text: String) throws -> CameraCalibration {
            try Array(text.utf8).withUnsafeBytes { try CameraCalibration($0, source: "camera.json") }
        }
        #expect(try read(text).lens.fx == 300)
        do {
            _ = try read(text.replacingOccurrences(of: old, with: new))
            Issue.record("read")
        } catch {
            #expect("\(error)".hasPrefix("camera.json line ") && "\(error)".contains(reason), "\(error)")
        }
    }
}
