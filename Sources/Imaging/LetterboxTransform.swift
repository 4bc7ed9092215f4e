// Where a picture lies in the letterbox made of it, and the way back.

/// The map from a picture to its letterbox: scaled, then moved. Positions count pixel edges (pixel 0 covers 0..<1), so a box
/// maps by its corners.
public struct LetterboxTransform: Sendable, Equatable {
    /// Size of the picture as read.
    public let sourceWidth: Int
    public let sourceHeight: Int
    /// The rectangle of the letterbox the picture fills.
    public let left: Int
    public let top: Int
    public let contentWidth: Int
    public let contentHeight: Int

    /// Letterbox pixels for a pixel of the source. The sides may differ by less than half a pixel over their length, from rounding.
    public var scaleX: Float { Float(contentWidth) / Float(sourceWidth) }
    public var scaleY: Float { Float(contentHeight) / Float(sourceHeight) }

    /// A map of a source of positive size onto a rectangle of positive size.
    init(sourceWidth: Int, sourceHeight: Int, left: Int, top: Int, contentWidth: Int, contentHeight: Int) {
        self.sourceWidth = sourceWidth
        self.sourceHeight = sourceHeight
        self.left = left
        self.top = top
        self.contentWidth = contentWidth
        self.contentHeight = contentHeight
    }

    /// Where a picture of `sourceWidth` x `sourceHeight` goes in a letterbox: as large as fits, its proportions kept.
    /// Throws where a size is not positive.
    public init(
        sourceWidth: Int, sourceHeight: Int, width: Int, height: Int, placement: LetterboxPlacement = .centre
    ) throws(ImageError) {
        let limits = ImageLimits(pixels: Int.max / 4)
        try limits.check(width: sourceWidth, height: sourceHeight)
        try limits.check(width: width, height: height)
        let scale = min(Double(width) / Double(sourceWidth), Double(height) / Double(sourceHeight))
        contentWidth = min(max(Int((Double(sourceWidth) * scale).rounded()), 1), width)
        contentHeight = min(max(Int((Double(sourceHeight) * scale).rounded()), 1), height)
        self.sourceWidth = sourceWidth
        self.sourceHeight = sourceHeight
        // An odd remainder leaves the smaller half on the left and on top.
        left = placement == .centre ? (width - contentWidth) / 2 : 0
        top = placement == .centre ? (height - contentHeight) / 2 : 0
    }

    /// The map of a plain resize to `width` x `height`, proportions not kept.
    public init(stretching sourceWidth: Int, _ sourceHeight: Int, toWidth width: Int, height: Int) throws(ImageError) {
        let limits = ImageLimits(pixels: Int.max / 4)
        try limits.check(width: sourceWidth, height: sourceHeight)
        try limits.check(width: width, height: height)
        self.init(
            sourceWidth: sourceWidth, sourceHeight: sourceHeight, left: 0, top: 0, contentWidth: width,
            contentHeight: height)
    }

    /// A point of the letterbox in the source; it may lie outside.
    public func source(x: Float, y: Float) -> (x: Float, y: Float) {
        ((x - Float(left)) / scaleX, (y - Float(top)) / scaleY)
    }

    /// A box of the letterbox in the source, clipped to the picture.
    public func source(_ box: Box) -> Box {
        let corner = source(x: box.x, y: box.y)
        return Box(x: corner.x, y: corner.y, width: box.width / scaleX, height: box.height / scaleY)
            .clipped(width: sourceWidth, height: sourceHeight)
    }

    /// A point of the source in the letterbox.
    public func target(x: Float, y: Float) -> (x: Float, y: Float) {
        (x * scaleX + Float(left), y * scaleY + Float(top))
    }
}

/// Where in the letterbox the picture goes.
public enum LetterboxPlacement: Sendable, Equatable, CaseIterable {
    /// In the middle, as the YOLO family's tools do.
    case centre
    /// In the top left corner, as YOLOX does.
    case topLeft
}
