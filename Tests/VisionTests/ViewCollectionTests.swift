// Which sightings a live calibration takes, and what it asks for.
import Foundation
import TestSupport
import Testing

@testable import Vision

@Suite struct ViewCollectionTests {
    private func sighting(_ turn: SIMD3<Double>, _ shift: SIMD3<Double>, edge: Double = 2) -> BoardSighting {
        // Turned about its middle.
        let rotation = Rotation(turn)
        let pose = BoardPose(
            rotation: rotation, translation: shift - rotation.applied(to: SIMD3(75, 50, 0)))
        let corners = RenderedBoard(lens: RenderedBoard.plain, pose: pose).corners
        return BoardSighting(board: RenderedBoard.usual, corners: corners, edgeWidth: edge)
    }

    @Test("a board is taken once it is at rest, sharp and in a new place")
    func verdicts() {
        var views = ViewCollection(width: 320, height: 240)
        let (here, there) = (sighting(SIMD3(0, 0, 0), SIMD3(0, 0, 300)), sighting(SIMD3(0, 0, 0), SIMD3(60, 0, 300)))
        #expect(views.consider(here, isMoving: true) == .moving)
        #expect(views.consider(here, isMoving: true) == .taken)
        #expect(views.consider(here, isMoving: true) == .known)
        #expect(views.consider(there, isMoving: true) == .moving)
        views.lose()
        #expect(views.consider(there, isMoving: true) == .moving)
        #expect(views.consider(sighting(SIMD3(0, 0, 0), SIMD3(60, 0, 300), edge: 9), isMoving: true) == .blurred)
        #expect(views.consider(there, isMoving: true) == .taken)
        #expect(views.views.count == 2)
    }

    @Test("what it asks for is what was not shown, until nothing is missing")
    func asks() {
        var views = ViewCollection(width: 320, height: 240)
        func show(_ turn: SIMD3<Double>, _ shift: SIMD3<Double>) {
            _ = views.consider(sighting(turn, shift), isMoving: false)
        }
        #expect(views.missing.count == 8 && !views.isEnough)
        for side in [-1.0, 1] {
            show(SIMD3(0, 0, 0), SIMD3(side * 80, 0, 300))
            show(SIMD3(0, 0, 0), SIMD3(0, side * 60, 300))
        }
        #expect(
            views.missing == [
                "tilt the board: its left side nearer", "tilt the board: its right side nearer",
                "tilt the board: its upper side nearer", "tilt the board: its lower side nearer",
            ])
        // About y, which points down, by the right hand: what is on the right comes nearer.
        show(SIMD3(0, 0.6, 0), SIMD3(0, 0, 300))
        #expect(!views.missing.contains("tilt the board: its right side nearer"))
        show(SIMD3(0, -0.6, 0), SIMD3(0, 0, 300))
        #expect(!views.missing.contains("tilt the board: its left side nearer"))
        show(SIMD3(0.6, 0, 0), SIMD3(0, 0, 300))
        // About x: what is below goes away.
        #expect(views.missing == ["tilt the board: its lower side nearer"])
        show(SIMD3(-0.6, 0, 0), SIMD3(0, 0, 300))
        #expect(views.missing == ["show the board in other places and sizes"])
        show(SIMD3(0, 0, 0), SIMD3(0, 0, 420))
        show(SIMD3(0, 0, 0.4), SIMD3(-50, 40, 420))
        #expect(views.missing.isEmpty && views.isEnough, "\(views.views.count) \(views.missing)")
    }
}
