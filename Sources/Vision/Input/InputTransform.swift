import Imaging

/// Where an image lies in a model's input: which part of it, and on which rectangle.
public struct InputTransform: Hashable, Sendable {
    /// Whole pixels: the first inside, and how many.
    public struct Region: Hashable, Sendable {
        public let x: Int
        public let y: Int
        public let width: Int
        public let height: Int
    }

    public let imageWidth: Int
    public let imageHeight: Int
    /// The part of the image that is used.
    public let source: Region
    /// The part of the input that it fills.
    public let target: Region

    /// The place of an image of positive size in the input of `specification`.
    public init(imageWidth: Int, imageHeight: Int, specification: InputSpecification) {
        self.imageWidth = imageWidth
        self.imageHeight = imageHeight
        let (width, height) = (specification.width, specification.height)
        let (scaleX, scaleY) = (Double(width) / Double(imageWidth), Double(height) / Double(imageHeight))
        func side(_ length: Double, most: Int) -> Int { max(1, Int(min(length.rounded(), Double(most)))) }
        let isCentred = specification.align == .centre
        func place(_ w: Int, _ h: Int, in outerWidth: Int, _ outerHeight: Int) -> Region {
            let (x, y) = isCentred ? ((outerWidth - w) / 2, (outerHeight - h) / 2) : (0, 0)
            return Region(x: x, y: y, width: w, height: h)
        }
        let whole = Region(x: 0, y: 0, width: imageWidth, height: imageHeight)
        let full = Region(x: 0, y: 0, width: width, height: height)
        switch specification.resize {
        case .stretch:
            (source, target) = (whole, full)
        case .letterbox:
            let scale = min(scaleX, scaleY)
            source = whole
            target = place(
                side(Double(imageWidth) * scale, most: width), side(Double(imageHeight) * scale, most: height),
                in: width, height)
        case .crop:
            let scale = max(scaleX, scaleY)
            source = place(
                side(Double(width) / scale, most: imageWidth), side(Double(height) / scale, most: imageHeight),
                in: imageWidth, imageHeight)
            target = full
        }
    }

    /// All of an image on `target`.
    init(imageWidth: Int, imageHeight: Int, target: Region) {
        self.imageWidth = imageWidth
        self.imageHeight = imageHeight
        source = Region(x: 0, y: 0, width: imageWidth, height: imageHeight)
        self.target = target
    }

    /// A box of the input in pixels of the image, clipped to it; `nil` where nothing of it is left.
    func imageBox(_ corners: Corners) -> Box? {
        let scaleX = Float(source.width) / Float(target.width)
        let scaleY = Float(source.height) / Float(target.height)
        func x(_ value: Float) -> Float {
            min(max((value - Float(target.x)) * scaleX + Float(source.x), 0), Float(imageWidth))
        }
        func y(_ value: Float) -> Float {
            min(max((value - Float(target.y)) * scaleY + Float(source.y), 0), Float(imageHeight))
        }
        let (left, top, right, bottom) = (x(corners.left), y(corners.top), x(corners.right), y(corners.bottom))
        guard right > left, bottom > top else { return nil }
        return Box(x: left, y: top, width: right - left, height: bottom - top)
    }
}
