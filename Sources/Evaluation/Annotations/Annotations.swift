// What is on a set of images, as people have said: the content of a COCO annotation file.

/// Images with their boxes, and the categories of these; images and categories in the order of their ids.
public struct Annotations: Sendable {
    public var categories: [Category]
    public var images: [AnnotatedImage]

    public struct Category: Hashable, Sendable {
        public let id: Int
        public let name: String

        public init(id: Int, name: String) {
            self.id = id
            self.name = name
        }
    }

    public init(categories: [Category], images: [AnnotatedImage]) {
        self.categories = categories
        self.images = images
    }
}

public struct AnnotatedImage: Sendable {
    public let id: Int
    /// As the file gives it: a path from the folder of the images.
    public let fileName: String
    /// Pixels, where the file tells.
    public let width: Int?
    public let height: Int?
    /// A picture of the same thing as it should be, named like the image; DeepPCB's key, not COCO's.
    public let template: String?
    /// In the order of the file.
    public var objects: [AnnotatedObject] = []

    public init(
        id: Int, fileName: String, width: Int? = nil, height: Int? = nil, template: String? = nil,
        objects: [AnnotatedObject] = []
    ) {
        self.id = id
        self.fileName = fileName
        self.width = width
        self.height = height
        self.template = template
        self.objects = objects
    }
}

public struct AnnotatedObject: Hashable, Sendable {
    /// The place of the category among `Annotations.categories`.
    public var category: Int
    public var box: Rectangle
    /// In square pixels: what decides whether the object is small, medium or large. That of a mask, where the file has one.
    public var area: Double
    /// The box is a region with any number of objects: what is found in it is neither right nor wrong.
    public var isCrowd: Bool

    public init(category: Int, box: Rectangle, area: Double, isCrowd: Bool = false) {
        self.category = category
        self.box = box
        self.area = area
        self.isCrowd = isCrowd
    }
}
