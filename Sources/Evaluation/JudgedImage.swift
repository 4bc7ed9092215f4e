// One image's truths beside what a model found there: all that figures are made of.
import Imaging

/// What is on an image and what was found on it, in the evaluated classes.
public struct JudgedImage: Sendable {
    public var truths: [Truth]
    public var findings: [Finding]

    public init(truths: [Truth], findings: [Finding]) {
        self.truths = truths
        self.findings = findings
    }

    /// The classes that are there or were found; regions of every class count as none.
    var classes: [Int] {
        let places = truths.map(\.classIndex) + findings.map(\.classIndex)
        return Set(places).subtracting([Truth.everyClass]).sorted()
    }

    /// The best findings of one class on an image that count, as COCO has it.
    static let mostFindings = 100
}

/// An object that is to be found, or a region that counts neither way.
public struct Truth: Hashable, Sendable {
    /// `everyClass` for a region that is one for all classes.
    public var classIndex: Int
    public var box: Rectangle
    /// In square pixels, which may be less than the box's.
    public var area: Double
    public var isCrowd: Bool

    public init(classIndex: Int, box: Rectangle, area: Double? = nil, isCrowd: Bool = false) {
        self.classIndex = classIndex
        self.box = box
        self.area = area ?? box.area
        self.isCrowd = isCrowd
    }

    public static let everyClass = -1

    /// A region in which no finding of any class is right or wrong.
    public static func region(_ box: Rectangle) -> Truth { Truth(classIndex: everyClass, box: box, isCrowd: true) }
}

/// Something a model found. 24 bytes, so that those of very many images fit.
public struct Finding: Equatable, Sendable {
    public var box: Box
    public var score: Float
    private var storedClass: Int32

    public var classIndex: Int { Int(storedClass) }

    public init(classIndex: Int, score: Float, box: Box) {
        self.box = box
        self.score = score
        storedClass = Int32(clamping: classIndex)
    }
}
