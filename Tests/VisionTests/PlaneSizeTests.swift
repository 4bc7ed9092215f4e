// Sizes of things on a plane that is seen in perspective.
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct PlaneSizeTests {
    /// The plane as it is measured from a picture of the board, and what is known of it.
    private func measured(
        _ lens: Lens, _ random: inout SplitMix
    ) throws -> (plane: PlaneCalibration, board: RenderedBoard) {
        let board = RenderedBoard(lens: lens, tilt: 35, using: &random)
        return (try PlaneCalibration([board.sighting], width: 320, height: 240, lens: lens), board)
    }

    /// The box whose sides have their middles where four places of the plane are seen: the ends of what is measured.
    private func box(
        _ board: RenderedBoard, at middle: SIMD2<Double>, half: Double
    ) -> (box: Box, width: Double, height: Double)? {
        let pixel = board.corner(middle)
        // Pixels right and left of the middle, above and below it, and where on the plane they look.
        let pose = board.pose
        func place(_ pixel: SIMD2<Double>) -> SIMD2<Double>? {
            guard let ray = board.lens.ray(pixel) else { return nil }
            let (r, t) = (pose.rotation.rows, pose.translation)
            let normal = SIMD3(r[0].z, r[1].z, r[2].z)
            let point = ray * (normal.dot(t) / normal.dot(ray)) - t
            let (first, second) = (SIMD3(r[0].x, r[1].x, r[2].x), SIMD3(r[0].y, r[1].y, r[2].y))
            return SIMD2(first.dot(point), second.dot(point))
        }
        let ends = [SIMD2(-half, 0), SIMD2(half, 0), SIMD2(0, -half / 2), SIMD2(0, half / 2)].map { pixel + $0 }
        let places = ends.compactMap(place)
        guard places.count == 4 else { return nil }
        // From the corner of the first pixel on.
        let box = Box(
            x: Float(ends[0].x + 0.5), y: Float(ends[2].y + 0.5), width: Float(2 * half), height: Float(half))
        return (box, (places[1] - places[0]).length, (places[3] - places[2]).length)
    }

    @Test("boxes on a plane in perspective have the size of what fills them, through a bent lens too", arguments: 1...6)
    func sizes(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        for lens in [RenderedBoard.plain, RenderedBoard.bent] {
            let (plane, board) = try measured(lens, &random)
            for _ in 0..<40 {
                let middle = SIMD2(
                    Double.random(in: 0...150, using: &random), Double.random(in: 0...100, using: &random))
                let half = Double.random(in: 3...25, using: &random)
                let known = try #require(box(board, at: middle, half: half), "seed \(seed)")
                let found = try #require(plane.millimetres(of: known.box), "seed \(seed)")
                #expect(abs(found.width / known.width - 1) < 1e-4, "seed \(seed): \(found) \(known)")
                #expect(abs(found.height / known.height - 1) < 1e-4, "seed \(seed): \(found) \(known)")
                #expect((found.place - middle).length < 0.01, "seed \(seed): \(found) \(middle)")
                let longer = max(found.width, found.height)
                #expect(found.size == longer)
            }
        }
    }

    @Test(
        "corners that were found with errors of a tenth of a pixel leave sizes right to a hundredth", arguments: 1...6)
    func noise(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) + 100)
        let board = RenderedBoard(lens: RenderedBoard.bent, tilt: 35, using: &random)
        let views = (0..<5).map { _ in board.sighting(noise: 0.1, using: &random) }
        let plane = try PlaneCalibration(views, width: 320, height: 240, lens: board.lens)
        for _ in 0..<40 {
            let middle = SIMD2(Double.random(in: 0...150, using: &random), Double.random(in: 0...100, using: &random))
            let known = try #require(box(board, at: middle, half: 20), "seed \(seed)")
            let found = try #require(plane.millimetres(of: known.box), "seed \(seed)")
            #expect(abs(found.width / known.width - 1) < 0.01, "seed \(seed): \(found) \(known)")
            #expect(abs(found.height / known.height - 1) < 0.01, "seed \(seed): \(found) \(known)")
        }
    }

    @Test("pictures of another size but the same shape tell the same sizes; of another shape none", arguments: 1...3)
    func scaled(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let (plane, _) = try measured(RenderedBoard.bent, &random)
        #expect(plane.scaled(toWidth: 320, height: 240) == plane)
        for (width, height) in [(640, 480), (160, 120), (1280, 960), (333, 250)] {
            let other = try #require(plane.scaled(toWidth: width, height: height))
            #expect(other.width == width && other.height == height)
            let (x, y) = (Float(width) / 320, Float(height) / 240)
            for _ in 0..<20 {
                let box = Box(
                    x: Float.random(in: 60...200, using: &random), y: Float.random(in: 40...140, using: &random),
                    width: Float.random(in: 5...40, using: &random), height: Float.random(in: 5...40, using: &random))
                let larger = Box(x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y)
                let (here, there) = (plane.millimetres(of: box), other.millimetres(of: larger))
                let (first, second) = (try #require(here), try #require(there))
                #expect(abs(first.width / second.width - 1) < 1e-4, "seed \(seed) \(width)")
                #expect(abs(first.height / second.height - 1) < 1e-4, "seed \(seed) \(width)")
                #expect((first.place - second.place).length < 0.01, "seed \(seed) \(width)")
            }
        }
        for (width, height) in [(320, 180), (240, 320), (320, 0), (322, 240), (-320, -240)] {
            #expect(plane.scaled(toWidth: width, height: height) == nil)
        }
    }

    @Test(
        "a homography with all signs changed, as others write it, is the same; one with the board on its horizon is none"
    )
    func signs() throws {
        func read(_ homography: String) throws -> PlaneCalibration {
            let text = """
                {"width": 100, "height": 100, "homography": \(homography), "rms_mm": 0,
                 "board": {"columns": 4, "rows": 3, "square_mm": 10}}
                """
            return try Array(text.utf8).withUnsafeBytes { try PlaneCalibration($0, source: "belt.json") }
        }
        let box = Box(x: 10, y: 20, width: 30, height: 10)
        let plane = try read("[0.5, 0, 0, 0, 0.5, 0, 0, 0, 1]")
        let size = try #require(plane.millimetres(of: box))
        #expect(abs(size.width - 15) < 1e-9 && abs(size.height - 5) < 1e-9)
        #expect(try read("[-0.5, 0, 0, 0, -0.5, 0, 0, 0, -1]") == plane)
        // The horizon is at x = 20 on the board.
        #expect(throws: CalibrationError.self) { try read("[20, 0, 1, 0, 1, 0, 1, 0, 0]") }
        #expect(throws: CalibrationError.self) { try read("[1, 0, 0, 2, 0, 0, 3, 0, 0]") }
    }
}
