// Rectangles, text and annotations: where the paint goes, and that it stays inside.

import Testing

@testable import Imaging

@Suite struct DrawingTests {
    private let red = Colour(red: 255, green: 0, blue: 0)

    /// The picture as lines of `#` (painted) and `.`.
    private func art(_ image: Image) -> [String] {
        (0..<image.height).map { y in String((0..<image.width).map { x in image[x, y] > 127 ? "#" : "." }) }
    }

    @Test("a frame lies inside its box with the thickness asked for")
    func frame() throws {
        var image = try Image(width: 9, height: 7, format: .rgb)
        image.stroke(Box(x: 1, y: 1, width: 7, height: 5), thickness: 2, colour: red)
        #expect(
            art(image) == [
                ".........", ".#######.", ".#######.", ".##...##.", ".#######.", ".#######.", ".........",
            ])
    }

    @Test("frames thinner than their lines, off the picture or of no number draw what fits and nothing else")
    func oddFrames() throws {
        var image = try Image(width: 4, height: 3, format: .grey)
        image.stroke(Box(x: 1, y: 1, width: 0.2, height: 0.2), thickness: 5, colour: .white)
        #expect(art(image) == ["....", ".#..", "...."])
        let before = image
        image.stroke(Box(x: -1e30, y: -1e30, width: 3e30, height: 3e30), thickness: 1, colour: .white)
        image.stroke(Box(x: 50, y: 1, width: 2, height: 2), thickness: 1, colour: .white)
        #expect(image == before)
        image.stroke(Box(x: .nan, y: .infinity, width: .nan, height: -5), thickness: -1, colour: .white)
        image.fill(x: Int.min, y: 0, width: Int.max, height: 1, colour: .white)
        image.fill(x: 2, y: Int.max, width: Int.max, height: Int.max, colour: .white)
        #expect(image == before)
        image.fill(x: 2, y: 2, width: Int.max, height: Int.max, colour: .white)
        #expect(art(image) == ["....", ".#..", "..##"])
    }

    @Test("paint mixes by its opacity")
    func opacity() throws {
        var image = try Image(width: 1, height: 1, format: .rgba, bytes: [100, 100, 100, 255])
        image.fill(x: 0, y: 0, width: 1, height: 1, colour: Colour(red: 200, green: 100, blue: 0), opacity: 51)
        #expect(image.bytes == [120, 100, 80, 255])
    }

    @Test("text is drawn cell by cell, scaled by whole pixels, cut at the border")
    func text() throws {
        var image = try Image(width: 12, height: 9, format: .grey)
        image.draw("Hg", x: 0, y: 0, scale: 1, colour: .white)
        #expect(
            art(image) == [
                "#...#.......", "#...#.......", "#...#..####.", "#####.#...#.", "#...#.#...#.", "#...#.#...#.",
                "#...#..####.",
                "..........#.", ".......###..",
            ])
        var large = try Image(width: 24, height: 18, format: .grey)
        large.draw("Hg", x: 0, y: 0, scale: 2, colour: .white)
        #expect(try large.resized(width: 12, height: 9, filter: .area) == image)
        var cut = try Image(width: 3, height: 2, format: .grey)
        cut.draw("HHHH", x: -1, y: -2, scale: 1, colour: .white)
        #expect(art(cut) == ["...", "###"])
    }

    @Test("every ASCII character but the space has a drawing of its own; others show a box")
    func glyphs() {
        let drawings = (32..<127).compactMap { Unicode.Scalar($0) }.map { BitmapFont.rows(of: $0) }
        #expect(drawings.count == 95 && Set(drawings).count == 95)
        #expect(drawings.allSatisfy { (1...9).contains($0.count) && $0.allSatisfy { $0 < 32 } })
        #expect(drawings.dropFirst().allSatisfy { $0.contains { $0 != 0 } })
        #expect(BitmapFont.rows(of: "é") == BitmapFont.rows(of: "\n"))
    }

    @Test("annotations colour the picture and their labels do not cover each other")
    func annotations() throws {
        let grey = try Image(width: 320, height: 240, format: .grey, filledWith: .white)
        let colours = (0..<4).map { Palette.colour(of: $0) }
        let image = grey.annotated(
            with: colours.map {
                Annotation(box: Box(x: 100, y: 100, width: 60, height: 40), label: "label", colour: $0)
            })
        #expect(image.format == .rgb && image.width == 320)
        // Each label's background is mostly its colour: 33 x 12 pixels, less the letters.
        for colour in colours {
            let pixel = [colour.red, colour.green, colour.blue].map { Int($0) }
            let count = (0..<240).reduce(0) { sum, y in
                sum + (0..<320).filter { Samples.colour(image, $0, y) == pixel }.count
            }
            #expect(count > 250)
        }
    }

    @Test("labels on boxes at or beyond any border stay inside the picture")
    func borders() throws {
        let image = try Image(width: 60, height: 40, format: .grey)
        let boxes = [
            Box(x: 0, y: 0, width: 60, height: 40), Box(x: 55, y: 35, width: 50, height: 50),
            Box(x: -90, y: -90, width: 1, height: 1),
            Box(x: 500, y: 500, width: 1, height: 1),
        ]
        for box in boxes {
            let drawn = image.annotated(with: [Annotation(box: box, label: "ab", colour: red)])
            let painted = drawn.bytes.filter { $0 == 255 }.count
            #expect(painted > 60, "\(box)")
        }
        let long = String(repeating: "a long label ", count: 100)
        #expect(image.annotated(with: [Annotation(box: boxes[0], label: long, colour: red)]).width == 60)
    }

    @Test("class colours differ from each other and repeat for any number")
    func palette() {
        #expect(Set((0..<12).map { Palette.colour(of: $0) }).count == 12)
        #expect(Palette.colour(of: 13) == Palette.colour(of: 1))
        #expect(Palette.colour(of: -11) == Palette.colour(of: 1))
        #expect(Palette.colour(of: Int.min) == Palette.colour(of: Int.min))
    }
}
