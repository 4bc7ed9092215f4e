// Patches with structure, followed from picture to picture, in memory whose end may not be passed.
import CPixels
import TestSupport
import Testing

@Suite struct FlowTests {
    private static let width = 48
    private static let height = 40

    /// A smooth scene, seen from `right` and `down` further on.
    private func scene(_ right: Float, _ down: Float) -> [UInt8] {
        (0..<Self.width * Self.height).map { at in
            let x = Float(at % Self.width) + right, y = Float(at / Self.width) + down
            let wave = (x * 0.4).truncatingRemainder(dividingBy: 8) - 4,
                other = (y * 0.45).truncatingRemainder(dividingBy: 9) - 4.5
            return UInt8(100 + 5 * wave * wave - 4 * other * other + x)
        }
    }

    @Test("a shift by a part of a pixel is found")
    func shifted() {
        let from = scene(3, 2), to = scene(1.6, 2.7)
        var shift: [Float] = [0, 0]
        let left = arete_grey_follow(from, to, Self.width, Self.height, 16, 12, &shift)
        #expect(left >= 0 && left < 4)
        #expect(abs(shift[0] - 1.4) < 0.1 && abs(shift[1] + 0.7) < 0.1)
    }

    @Test("without structure, or outside, nothing is followed and nothing read beyond the picture")
    func nothing() throws {
        let memory = try FencedMemory(capacity: 8192), other = try FencedMemory(capacity: 8192)
        let from = memory.holding(scene(0, 0)), to = other.holding(scene(1, 1))
        let odd: [Float] = [.nan, .infinity, -.infinity, -1, 0, 0.5, 1, 30, 31, 31.5, 38.9, 39, 40, 1e30, -1e30, 3e38]
        var followed = 0
        for x in odd {
            for y in odd {
                for start in odd {
                    var shift = [start, start]
                    let left = arete_grey_follow(from, to, Self.width, Self.height, x, y, &shift)
                    followed += left >= 0 ? 1 : 0
                    if left < 0 {
                        let kept = shift.map { $0.bitPattern }
                        #expect(kept == [start.bitPattern, start.bitPattern])
                    }
                }
            }
        }
        #expect(followed > 0)
        let flat = [UInt8](repeating: 7, count: Self.width * Self.height)
        var shift: [Float] = [0, 0]
        #expect(arete_grey_follow(flat, flat, Self.width, Self.height, 10, 10, &shift) < 0)
    }

    @Test("corners are where structure has two directions; every size stays inside its memory")
    func corners() throws {
        let memory = try FencedMemory(capacity: 8192)
        var random = SplitMix(state: 3)
        for _ in 0..<40 {
            let width = Int.random(in: 1...60, using: &random), height = Int.random(in: 1...60, using: &random)
            let count = max(width / 4 - 1, 0) * max(height / 4 - 1, 0)
            let picture = memory.holding(random.bytes(width * height))
            var strengths = [Float](repeating: -1, count: count + 1),
                sums = [Float](repeating: 0, count: 6 * (width / 4))
            arete_grey_corners(picture, width, height, &sums, &strengths)
            #expect(strengths[count] == -1, "\(width) x \(height)")
            #expect(strengths.dropLast().allSatisfy { $0 >= 0 }, "\(width) x \(height)")
        }
        // A bright quarter: its corner is at (20, 20), where blocks 4 and 5 meet.
        let quarter = (0..<40 * 40).map { UInt8($0 % 40 >= 20 && $0 / 40 >= 20 ? 200 : 50) }
        var strengths = [Float](repeating: -1, count: 81), sums = [Float](repeating: 0, count: 60)
        arete_grey_corners(quarter, 40, 40, &sums, &strengths)
        #expect(strengths.firstIndex(of: strengths.max() ?? 0) == 4 * 9 + 4)
        #expect(strengths[4] == 0 && strengths[0] == 0)
    }
}
