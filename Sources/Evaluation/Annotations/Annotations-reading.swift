// Reads COCO annotation files; every byte of them is hostile.
import JSON
import Tensors

extension JSONLimits {
    /// Enough for the 5,000 images of COCO's validation set, masks included. A value takes some 50 bytes while the file is read.
    public static let annotations = JSONLimits(bytes: 256 << 20, depth: 32, values: 8_000_000)
}

extension Annotations {
    /// The annotations in the file at `path`. Complexity: O(bytes).
    /// - Throws: `EvaluationError.file` when it cannot be read, `.annotations` naming line and key when it is wrong.
    public static func read(path: String, limits: JSONLimits = .annotations) throws(EvaluationError) -> Annotations {
        let file: MappedFile
        do throws(TensorError) {
            file = try MappedFile(path: path)
        } catch {
            if case .file(_, let reason) = error { throw .file(path: path, reason: reason) }
            throw .file(path: path, reason: error.description)
        }
        return try read(file.bytes, source: path, limits: limits)
    }

    /// The annotations in `bytes`; `source` names them in messages. Keys that evaluation does not need are left alone.
    /// - Throws: `EvaluationError.annotations`.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, source: String, limits: JSONLimits = .annotations
    ) throws(EvaluationError) -> Annotations {
        do throws(JSONError) {
            let document = try JSONReader.read(bytes, source: source, limits: limits)
            var reader = AnnotationReader(fields: try JSONFields(document, source: source))
            return try reader.annotations()
        } catch {
            throw .annotations(error)
        }
    }
}

/// One pass over a document: categories and images first, then the boxes that name them.
private struct AnnotationReader {
    /// Beyond any picture, and small enough that products and sums of such numbers are exact enough.
    static let sides = -1e7...1e7
    /// Ids that doubles hold exactly, as other programs read them.
    static let ids = 0...(1 << 53)

    /// Boxes of one image: matching takes time and memory by their number times that of findings.
    static let mostObjects = 20_000

    let fields: JSONFields
    private var categoryPlaces: [Int: Int] = [:]
    private var imagePlaces: [Int: Int] = [:]

    init(fields: JSONFields) { self.fields = fields }

    mutating func annotations() throws(JSONError) -> Annotations {
        let categories = try categories()
        var images = try images()
        for (index, element) in try elements("annotations").enumerated() {
            let object = try JSONFields(element, source: fields.source, path: "annotations[\(index)]")
            let image = try place(object, "image_id", among: imagePlaces, kind: "image")
            guard images[image].objects.count < Self.mostObjects else {
                throw object.failure("image_id", "is that of an image with more than \(Self.mostObjects) boxes")
            }
            images[image].objects.append(try self.object(object))
        }
        return Annotations(categories: categories, images: images)
    }

    private func elements(_ key: String) throws(JSONError) -> [JSONValue] {
        guard let value = fields.value(key) else {
            throw fields.missing(key, "is missing: COCO annotations have images, annotations and categories")
        }
        guard case .array(let elements) = value.content else {
            throw fields.failure(key, "must be an array, not \(value.kindName)")
        }
        return elements
    }

    private mutating func categories() throws(JSONError) -> [Annotations.Category] {
        var categories: [Annotations.Category] = []
        var names: Set<String> = []
        for (index, element) in try elements("categories").enumerated() {
            let category = try JSONFields(element, source: fields.source, path: "categories[\(index)]")
            let id = try id(category, "id")
            guard let name = try category.string("name"), !name.isEmpty else { throw category.missing("name") }
            guard names.insert(name.lowercased()).inserted else {
                throw category.failure("name", "is \"\(name)\", as another category's is")
            }
            categories.append(.init(id: id, name: name))
        }
        categories.sort { $0.id < $1.id }
        categoryPlaces = try places(categories.map(\.id), "categories")
        return categories
    }

    private mutating func images() throws(JSONError) -> [AnnotatedImage] {
        var images: [AnnotatedImage] = []
        for (index, element) in try elements("images").enumerated() {
            let image = try JSONFields(element, source: fields.source, path: "images[\(index)]")
            let id = try id(image, "id")
            guard let name = try image.string("file_name"), !name.isEmpty else { throw image.missing("file_name") }
            images.append(
                AnnotatedImage(
                    id: id, fileName: name, width: try image.integer("width", in: 1...Int(Int32.max)),
                    height: try image.integer("height", in: 1...Int(Int32.max)),
                    template: try image.string("template")))
        }
        images.sort { $0.id < $1.id }
        imagePlaces = try places(images.map(\.id), "images")
        return images
    }

    private func object(_ fields: JSONFields) throws(JSONError) -> AnnotatedObject {
        let category = try place(fields, "category_id", among: categoryPlaces, kind: "category")
        guard let sides = try fields.numbers("bbox", in: Self.sides) else {
            throw fields.missing("bbox", "is missing: [x, y, width, height] in pixels")
        }
        guard sides.count == 4, sides[2] >= 0, sides[3] >= 0 else {
            throw fields.failure("bbox", "must be [x, y, width, height] with a size that is not negative")
        }
        let box = Rectangle(x: sides[0], y: sides[1], width: sides[2], height: sides[3])
        return AnnotatedObject(
            category: category, box: box, area: try fields.number("area", in: 0...1e14) ?? box.area,
            isCrowd: try isCrowd(fields))
    }

    /// Files say `1` or `true`.
    private func isCrowd(_ fields: JSONFields) throws(JSONError) -> Bool {
        if case .bool(let flag)? = fields.value("iscrowd")?.content { return flag }
        return try fields.integer("iscrowd", in: 0...1) == 1
    }

    private func id(_ fields: JSONFields, _ key: String) throws(JSONError) -> Int {
        guard let id = try fields.integer(key, in: Self.ids) else { throw fields.missing(key) }
        return id
    }

    private func place(
        _ fields: JSONFields, _ key: String, among places: [Int: Int], kind: String
    ) throws(JSONError) -> Int {
        let id = try id(fields, key)
        guard let place = places[id] else { throw fields.failure(key, "is \(id), which no \(kind) of the file has") }
        return place
    }

    private func places(_ ids: [Int], _ key: String) throws(JSONError) -> [Int: Int] {
        var places: [Int: Int] = [:]
        for (place, id) in ids.enumerated() {
            guard places.updateValue(place, forKey: id) == nil else {
                throw fields.failure(key, "has the id \(id) twice")
            }
        }
        return places
    }
}
