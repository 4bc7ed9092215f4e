// A model with its preset.
import Graphs
import Tensors
import Testing
import Vision

@testable import Pipeline

@Suite struct NetworkTests {
    @Test("a preset's size fills what the model leaves open, and nothing else")
    func openSizes() throws {
        func shape(_ sizes: [Int?], _ options: InputOptions) -> Shape? {
            options.imageShape(of: sizes.map { $0.map { .fixed($0) } ?? .symbolic("") })
        }
        let size = InputOptions(width: 640, height: 480)
        #expect(shape([nil, 3, nil, nil], size) == [1, 3, 480, 640])
        #expect(shape([1, nil, nil, 1], size) == [1, 480, 640, 1])
        #expect(shape([nil, nil, nil, nil], size) == nil)
        #expect(
            shape([nil, nil, nil, nil], InputOptions(width: 6, height: 4, colour: .grey, layout: .nchw)) == [
                1, 1, 4, 6,
            ])
        #expect(shape([1, 3, 480, 640], size) == nil && shape([1, 3, nil, nil], InputOptions()) == nil)
    }
}
