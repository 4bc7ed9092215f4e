// Extremal channels of enlarged images are found without the enlarged image.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct ResizedArgReduceTests {
    @Test("a search for the greatest or least channel enlarges the image itself", arguments: [true, false])
    func fuses(least: Bool) throws {
        for (batch, side, channels, element) in [(1, 9, 21, ElementType.int64), (2, 30, 3, .int32), (1, 65, 1, .int32)]
        {
            var sketch = GraphSketch()
            let x = sketch.conv(sketch.input([batch, 6, 8, 5]), to: channels)
            let large = sketch.enlarged(x, to: [11, Int32(side)], alignsCorners: side > 20)
            sketch.graph.outputs = [sketch.greatestChannel(large, element, least: least), x]
            let kinds = try sketch.runAlike()
            #expect(kinds.last == "bilinear resize + arg \(least ? "min" : "max") int8", "\(kinds)")
        }
    }

    @Test("an enlarged image that somebody else reads stays, and so does one that shrinks", arguments: [true, false])
    func stays(shared: Bool) throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 6, 8, 5])
        let large = sketch.enlarged(x, to: shared ? [9, 9] : [9, 4])
        sketch.graph.outputs = [sketch.greatestChannel(large, .int32)] + (shared ? [large] : [])
        #expect(try sketch.runAlike().contains("bilinear resize int8"))
    }
}
