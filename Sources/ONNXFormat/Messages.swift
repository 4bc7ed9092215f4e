// ONNX's messages, as far as they matter for running a model. Tensor data stay where they are in the file.

struct ModelMessage {
    var irVersion = 0
    var opsets: [String: Int] = [:]
    var graph: GraphMessage?
    var functions: [FunctionMessage] = []
}

struct GraphMessage {
    var name = ""
    var nodes: [NodeMessage] = []
    var initializers: [TensorMessage] = []
    var inputs: [ValueInfoMessage] = []
    var outputs: [ValueInfoMessage] = []
    var sparseInitializerCount = 0
}

struct NodeMessage {
    var inputs: [String] = []
    var outputs: [String] = []
    var name = ""
    var type = ""
    var domain = ""
    var attributes: [AttributeMessage] = []
    var offset = 0
}

struct AttributeMessage {
    var name = ""
    /// The attribute of the calling node that gives the value, inside a function.
    var reference = ""
    var float: Float?
    var integer: Int?
    var string: String?
    var floats: [Float] = []
    var integers: [Int] = []
    var strings: [String] = []
    var tensor: TensorMessage?
    var graphs: [GraphMessage] = []
    /// The declared kind, ONNX's AttributeType; 0 where absent (old files).
    var kind = 0
    /// What else it holds that is not handled here: a sparse tensor, a type.
    var hasOther = false
}

struct TensorMessage {
    var name = ""
    var dimensions: [Int] = []
    var dataType = 0
    var raw: Range<Int>?
    /// Fields of typed data in order: their number, and packed bytes or one element.
    var typed: [WireReader.Field] = []
    var stringCount = 0
    var isSegmented = false
    var isExternal = false
    var external: [String: String] = [:]
    var offset = 0
}

struct ValueInfoMessage {
    var name = ""
    var elementType = 0
    var dimensions: [Dimension]?
    /// "sequence", "map", ... where the value is no tensor.
    var otherKind: String?

    enum Dimension: Hashable {
        case size(Int)
        case name(String)
        case unknown
    }
}

struct FunctionMessage {
    var name = ""
    var domain = ""
    var overload = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var attributeNames: [String] = []
    var attributeDefaults: [AttributeMessage] = []
    var nodes: [NodeMessage] = []
    var opsets: [String: Int] = [:]
}
