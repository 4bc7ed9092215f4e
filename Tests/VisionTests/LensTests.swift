// What a lens does to directions, and back.
import Foundation
import TestSupport
import Testing

@testable import Vision

@Suite struct LensTests {
    @Test("projecting the ray of a pixel gives the pixel", arguments: 1...4)
    func inverse(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        func some(_ size: Double) -> Double { Double.random(in: -size...size, using: &random) }
        let lens = Lens(
            fx: 900 + some(200), fy: 900 + some(200), cx: 640 + some(30), cy: 480 + some(30),
            distortion: [some(0.2), some(0.05), some(0.001), some(0.001), some(0.01)])
        for _ in 0..<50 {
            let pixel = SIMD2(640 + some(640), 480 + some(480))
            let ray = try #require(lens.ray(pixel), "seed \(seed) \(pixel)")
            #expect(abs(ray.length - 1) < 1e-12)
            let back = try #require(lens.project(ray * 1234))
            #expect((back - pixel).length < 1e-6, "seed \(seed) \(pixel)")
            let straight = try #require(lens.undistorted(pixel))
            let plain = Lens(fx: lens.fx, fy: lens.fy, cx: lens.cx, cy: lens.cy)
            let seen = try #require(plain.project(ray))
            #expect((straight - seen).length < 1e-6)
        }
    }

    @Test("distortion is OpenCV's, coefficient by coefficient")
    func convention() throws {
        // By hand: x = 0.2, y = -0.1, r2 = 0.05.
        let lens = Lens(fx: 100, fy: 200, cx: 10, cy: 20, distortion: [0.1, 0.2, 0.01, 0.02, 0.3])
        let radial = 1 + 0.1 * 0.05 + 0.2 * 0.0025 + 0.3 * 0.000125
        let x = 0.2 * radial + 2 * 0.01 * 0.2 * -0.1 + 0.02 * (0.05 + 2 * 0.04)
        let y = -0.1 * radial + 0.01 * (0.05 + 2 * 0.01) + 2 * 0.02 * 0.2 * -0.1
        let seen = try #require(lens.project(SIMD3(0.4, -0.2, 2)))
        #expect((seen - SIMD2(100 * x + 10, 200 * y + 20)).length < 1e-12)
    }

    @Test("what is behind the camera has no pixel, and what no ray leads to has no ray")
    func nowhere() {
        #expect(Lens(fx: 1, fy: 1, cx: 0, cy: 0).project(SIMD3(0, 0, -1)) == nil)
        // The model folds back at r = 0.58, where it reaches 0.38.
        let folded = Lens(fx: 100, fy: 100, cx: 0, cy: 0, distortion: [-1, 0, 0, 0, 0])
        #expect(folded.ray(SIMD2(30, 0)) != nil)
        #expect(folded.ray(SIMD2(50, 0)) == nil)
        #expect(folded.ray(SIMD2(.nan, .infinity)) == nil)
    }
}
