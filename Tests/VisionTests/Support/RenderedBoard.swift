// Pictures of a chessboard by cameras that are known.
import Foundation
import Imaging
import TestSupport

@testable import Vision

/// A board on white paper before a camera.
struct RenderedBoard {
    var board: Chessboard
    var lens: Lens
    var pose: BoardPose
    var width = 320
    var height = 240

    static let usual = Chessboard(columns: 7, rows: 5, square: 25) ?? { preconditionFailure() }()
    static let plain = Lens(fx: 300, fy: 301, cx: 158, cy: 121)
    static let bent = Lens(fx: 300, fy: 301, cx: 158, cy: 121, distortion: [-0.25, 0.08, 0.0008, -0.0006, -0.01])

    /// A board of which all corners are inside the picture, tilted by up to `tilt` degrees.
    init(lens: Lens, board: Chessboard = usual, tilt: Double = 40, margin: Double = 14, using random: inout SplitMix) {
        (self.board, self.lens) = (board, lens)
        pose = BoardPose(rotation: Rotation(SIMD3(0, 0, 0)), translation: SIMD3(0, 0, 1000))
        repeat {
            let azimuth = Double.random(in: 0...2 * .pi, using: &random)
            let angle = Double.random(in: 0...tilt, using: &random) * .pi / 180
            let turned = Rotation(SIMD3(0, 0, Double.random(in: -0.6...0.6, using: &random)))
            let rotation = Rotation(SIMD3(cos(azimuth), sin(azimuth), 0) * angle).following(turned)
            let middle = rotation.applied(
                to: SIMD3(Double(board.columns - 1), Double(board.rows - 1), 0) * (board.square / 2))
            let depth = Double(board.columns) * board.square * Double.random(in: 1.1...2.2, using: &random)
            let side = SIMD2(
                Double.random(in: -0.35...0.35, using: &random), Double.random(in: -0.25...0.25, using: &random))
            pose = BoardPose(rotation: rotation, translation: SIMD3(side.x, side.y, 1) * depth - middle)
        } while !isInside(margin: margin)
    }

    init(lens: Lens, board: Chessboard = usual, pose: BoardPose) {
        (self.board, self.lens, self.pose) = (board, lens, pose)
    }

    func corner(_ place: SIMD2<Double>) -> SIMD2<Double> { lens.project(pose.applied(to: place)) ?? SIMD2(-1, -1) }
    var corners: [SIMD2<Double>] { board.places.map(corner) }
    var sighting: BoardSighting { BoardSighting(board: board, corners: corners, edgeWidth: 2) }

    private func isInside(margin: Double) -> Bool {
        corners.allSatisfy { corner in
            corner.x > margin && corner.y > margin && corner.x < Double(width) - margin
                && corner.y < Double(height) - margin
        }
    }

    /// The corners as they would be found with errors of this deviation.
    func sighting(noise: Double, using random: inout SplitMix) -> BoardSighting {
        let corners = corners.map { $0 + SIMD2(Self.normal(&random), Self.normal(&random)) * noise }
        return BoardSighting(board: board, corners: corners, edgeWidth: 2)
    }

    static func normal(_ random: inout SplitMix) -> Double {
        // Four even numbers of one draw are as good as normal here.
        let draw = random.next()
        let sum = Int(draw & 0xffff) + Int(draw >> 16 & 0xffff) + Int(draw >> 32 & 0xffff) + Int(draw >> 48)
        return (Double(sum) / 65536 - 2) * 3.0.squareRoot()
    }

    /// The picture: edges that take `blur` pixels, noise of a deviation, light that falls off to a side.
    func picture(blur: Double = 2, noise: Double = 2, using random: inout SplitMix) throws -> Image {
        let places = places()
        var bytes = [UInt8](repeating: 0, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let at = y * (width + 1) + x
                let here = places[at]
                let scale = SIMD2((places[at + 1] - here).length, (places[at + width + 1] - here).length).length
                let light = 1 - 0.4 * Double(x + y) / Double(width + height)
                let level = 120 + 90 * field(here, edge: max(scale, 1e-6) * blur / 2)
                let noisy = level * light + (noise > 0 ? noise * Self.normal(&random) : 0)
                bytes[y * width + x] = UInt8(min(max(noisy, 0), 255))
            }
        }
        return try Image(width: width, height: height, format: .grey, bytes: bytes)
    }

    /// -1 in dark squares, 1 in bright ones and on the paper.
    private func field(_ place: SIMD2<Double>, edge: Double) -> Double {
        let (x, y) = (place.x, place.y)
        let isBoard = x > -1 && y > -1 && x < Double(board.columns) && y < Double(board.rows)
        guard isBoard else { return abs(x) < 100 && abs(y) < 100 ? 1 : 0 }
        func wave(_ value: Double) -> Double {
            let nearest = value.rounded()
            let isEven = Int(nearest).isMultiple(of: 2)
            return min(max((value - nearest) / edge, -1), 1) * (isEven ? 1 : -1)
        }
        return -wave(x) * wave(y)
    }

    /// Where on the board, in squares, each pixel looks: a row and a column more than the picture has.
    private func places() -> [SIMD2<Double>] {
        let (r, t, s) = (pose.rotation.rows, pose.translation, board.square)
        let shown = Homography(
            SIMD3(r[0].x * s, r[0].y * s, t.x), SIMD3(r[1].x * s, r[1].y * s, t.y), SIMD3(r[2].x * s, r[2].y * s, t.z))
        guard let back = shown.inverse else { return [] }
        // What the lens does changes slowly from pixel to pixel.
        let cell = lens.distortion.allSatisfy { $0 == 0 } ? 16 : 8
        let across = width / cell + 2
        let known = (0..<height / cell + 2).flatMap { row in
            (0..<across).map { lens.normalized(SIMD2(Double($0 * cell), Double(row * cell))) ?? SIMD2(9, 9) }
        }
        return (0...height).flatMap { y in
            (0...width).map { x in
                let at = y / cell * across + x / cell
                let (right, down) = (Double(x % cell) / Double(cell), Double(y % cell) / Double(cell))
                let upper = known[at] * (1 - right) + known[at + 1] * right
                let lower = known[at + across] * (1 - right) + known[at + across + 1] * right
                return back.applied(to: upper * (1 - down) + lower * down)
            }
        }
    }
}
