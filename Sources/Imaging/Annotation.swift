// What a detector found, drawn on the picture it was found in.

/// One box to draw and the words beside it.
public struct Annotation: Sendable, Equatable {
    public var box: Box
    public var label: String
    public var colour: Colour

    public init(box: Box, label: String, colour: Colour) {
        self.box = box
        self.label = label
        self.colour = colour
    }
}

extension Image {
    /// This picture in RGB with frames and labels drawn on it, lines and letters sized after the picture.
    ///
    /// A label stands above its box, or below where there is no room above, moved to be inside the picture; labels do not
    /// cover labels drawn before where a free place is near. Frames go first, so that no frame crosses a label.
    public func annotated(with annotations: [Annotation]) -> Image {
        var image = converted(to: .rgb)
        let thickness = max((min(width, height) + 160) / 320, 1)
        let scale = max((min(width, height) + 240) / 480, 1)
        for annotation in annotations { image.stroke(annotation.box, thickness: thickness, colour: annotation.colour) }
        var taken: [Box] = []
        for annotation in annotations where !annotation.label.isEmpty {
            let place = labelPlace(annotation, scale: scale, avoiding: taken)
            taken.append(place)
            let (x, y) = (Int(place.x), Int(place.y))
            image.fill(x: x, y: y, width: Int(place.width), height: Int(place.height), colour: annotation.colour)
            image.draw(
                annotation.label, x: x + 2 * scale, y: y + 2 * scale, scale: scale,
                colour: annotation.colour.readableInk)
        }
        return image
    }

    private func labelPlace(_ annotation: Annotation, scale: Int, avoiding taken: [Box]) -> Box {
        let text = Image.textSize(annotation.label, scale: scale)
        let size = (width: Float(text.width + 4 * scale), height: Float(text.height + 3 * scale))
        let box = annotation.box.clipped(width: width, height: height)
        let above = box.y - size.height
        let below = box.bottom
        let inside = box.y
        let lefts = [box.x, box.right - size.width, box.right]
        let tops = [above, below, inside, box.bottom - size.height]
        let candidates = tops.flatMap { top in lefts.map { left in (left, top) } }.map { left, top in
            Box(
                x: min(max(left, 0), max(Float(width) - size.width, 0)).rounded(),
                y: min(max(top, 0), max(Float(height) - size.height, 0)).rounded(), width: size.width,
                height: size.height)
        }
        let first = above >= 0 || below + size.height > Float(height) ? 0 : lefts.count
        let free = (candidates[first...] + candidates[..<first]).first { place in !taken.contains { $0.overlaps(place) }
        }
        return free ?? candidates[first]
    }
}

extension Box {
    fileprivate func overlaps(_ other: Box) -> Bool {
        x < other.right && other.x < right && y < other.bottom && other.y < bottom
    }
}
