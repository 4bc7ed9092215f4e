// Sums over weights that are made when a model is loaded.
import Tensors
import Testing

@testable import Engine

@Suite struct WeightSumTests {
    private static let sizes = [(1, 1), (3, 7), (16, 64), (5, 1000), (64, 9), (2, 70_000)]

    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ $0 >> 5) } }

    @Test("the sums of channels are those of their weights less zero points, in both orders", arguments: sizes)
    func channels(channels: Int, depth: Int) throws {
        for (isChannelLast, element) in [(false, ElementType.int8), (true, .int8), (false, .uint8), (true, .uint8)] {
            let bytes = bytes(channels * depth)
            let shape: Shape = isChannelLast ? [depth, channels] : [channels, depth]
            let weights = try Tensor(element, shape, bytes)
            let zeros = (0..<channels).map { Int32($0 % 5) }
            let sums = try #require(
                weights.channelSums(channels: channels, isChannelLast: isChannelLast, zeroPoints: zeros))
            let expected = (0..<channels).map { channel in
                (0..<depth).reduce(0) { sum, k in
                    let byte = bytes[isChannelLast ? k * channels + channel : channel * depth + k]
                    return sum + (element == .int8 ? Int(Int8(bitPattern: byte)) : Int(byte)) - Int(zeros[channel])
                }
            }
            #expect(sums.integers == expected.map { Int64($0) })
        }
    }

    @Test("sums of words fit where the greatest magnitudes do, to the last unit", arguments: [false, true])
    func words(isDepthwise: Bool) throws {
        // 65535 * 32768 is just below 2^31, a unit of magnitude more is not.
        for (total, fits) in [(65_535, true), (65_536, false)] {
            var values = [Int8](repeating: -128, count: total / 128) + [Int8(-(total % 128))]
            values += [Int8](repeating: 0, count: 600 - values.count)
            let (one, other) = (values, [Int8](repeating: 1, count: 600))
            let mixed = isDepthwise ? zip(other, one).flatMap { [$0, $1] } : other + one
            let weights = try Tensor(.int8, isDepthwise ? [30, 20, 2] : [2, 600], mixed)
            #expect(weights.wordSumsFit(zeroPoint: 0) == fits)
            #expect(weights.wordSumsFit(zeroPoint: 0, bias: try Tensor(.int32, [2], [Int32(0), 40_000])) == false)
        }
    }
}
