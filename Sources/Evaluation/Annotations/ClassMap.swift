// Which classes are judged: labels of a model and categories of annotations, put together by name.
import JSON
import Vision

/// The classes that are judged, and the way to them from the annotations' categories and from the model's labels.
///
/// Names are compared without regard to case. What has no counterpart is told in `notes`.
public struct ClassMap: Sendable {
    /// In the order of the categories' ids.
    public let names: [String]
    /// What a reader of the figures must know of: categories and labels without a counterpart.
    public let notes: [String]
    /// By place of the category; `nil` for one that is not judged.
    private let classOfCategory: [Int?]
    /// Places of the categories whose boxes are regions where nothing counts.
    private let regions: Set<Int>
    private let classOfLabel: [String: Int]

    /// More than any data set has; the confusion matrix of so many takes 32 MB.
    private static let mostClasses = 2000

    /// - Parameters:
    ///   - labels: those of the model, in its order; may be empty where the model names none.
    ///   - only: the classes to judge; `nil` for all categories of the annotations.
    ///   - ignoring: categories whose boxes are regions where no finding of any class is right or wrong.
    /// - Throws: `EvaluationError.classes` when a name is none of the annotations', or no class is left that the model knows.
    public init(
        _ annotations: Annotations, labels: [String], only: [String]? = nil, ignoring: [String] = []
    ) throws(EvaluationError) {
        let categories = annotations.categories.map { $0.name.lowercased() }
        func place(_ name: String) throws(EvaluationError) -> Int {
            if let place = categories.firstIndex(of: name.lowercased()) { return place }
            let known = annotations.categories.map(\.name)
            let hint = Spelling.suggestion(for: name, among: known).map { " (did you mean \($0)?)" } ?? ""
            throw .classes(
                reason: "the annotations have no category '\(name)'\(hint); they have \(Spelling.list(known))")
        }
        var regions: Set<Int> = []
        for name in ignoring { regions.insert(try place(name)) }
        var judged = Set(categories.indices)
        if let only {
            judged = []
            for name in only { judged.insert(try place(name)) }
        }
        judged.subtract(regions)
        var names: [String] = []
        var classOfCategory = [Int?](repeating: nil, count: categories.count)
        for (place, category) in annotations.categories.enumerated() where judged.contains(place) {
            classOfCategory[place] = names.count
            names.append(category.name)
        }
        guard names.count <= Self.mostClasses else {
            throw .classes(
                reason: "\(names.count) categories are more than the \(Self.mostClasses) that can be judged at once: "
                    + "--classes A,B chooses some")
        }
        guard !names.isEmpty else { throw .classes(reason: "no category of the annotations is left to judge") }
        let known = Set(labels.map { $0.lowercased() })
        let places = Dictionary(uniqueKeysWithValues: names.indices.map { (names[$0].lowercased(), $0) })
        guard names.contains(where: { known.contains($0.lowercased()) }) else {
            throw .classes(
                reason: "no label of the model is a category of the annotations: the model has "
                    + (labels.isEmpty ? "no labels (--labels FILE gives them)" : Self.list(labels))
                    + ", the annotations have \(Self.list(names))")
        }
        var truths = [Int](repeating: 0, count: categories.count)
        for image in annotations.images { for object in image.objects { truths[object.category] += 1 } }
        var notes: [String] = []
        for place in categories.indices where judged.contains(place) && !known.contains(categories[place]) {
            notes.append(
                "category '\(annotations.categories[place].name)' (\(truths[place]) boxes) is no label of the model: "
                    + "its boxes count as missed (--classes leaves it out)")
        }
        let strangers = labels.filter { !categories.contains($0.lowercased()) }
        if !strangers.isEmpty {
            notes.append(
                "labels of the model that are no category of the annotations, whose detections do not count: "
                    + Self.list(strangers))
        }
        self.names = names
        self.notes = notes
        self.classOfCategory = classOfCategory
        self.regions = regions
        classOfLabel = places
    }

    private static func list(_ names: [String]) -> String {
        names.count <= 12
            ? Spelling.list(names) : names.prefix(10).joined(separator: ", ") + " and \(names.count - 10) more"
    }

    /// The truths of an image in the judged classes, and its regions.
    public func truths(of image: AnnotatedImage) -> [Truth] {
        image.objects.compactMap { object in
            if regions.contains(object.category) { return .region(object.box) }
            return classOfCategory[object.category].map { index in
                Truth(classIndex: index, box: object.box, area: object.area, isCrowd: object.isCrowd)
            }
        }
    }

    /// A detection of a judged class; `nil` for any other.
    public func finding(_ detection: Detection) -> Finding? {
        classOfLabel[detection.label.lowercased()].map {
            Finding(classIndex: $0, score: detection.score, box: detection.box)
        }
    }
}
