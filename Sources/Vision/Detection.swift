import Imaging

/// Something found in an image.
public struct Detection: Equatable, Sendable {
    public var label: String
    public var classIndex: Int
    /// 0...1
    public var score: Float
    /// In pixels of the image as read, inside it.
    public var box: Box

    public init(label: String, classIndex: Int, score: Float, box: Box) {
        self.label = label
        self.classIndex = classIndex
        self.score = score
        self.box = box
    }
}
