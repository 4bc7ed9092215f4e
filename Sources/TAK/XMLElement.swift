// What stands in an XML document, as far as events need it.

/// An element with its attributes, what is in it, and its text (of all its pieces, one behind the other).
public struct XMLElement: Hashable, Sendable {
    public struct Attribute: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    public var name: String
    public var attributes: [Attribute]
    public var children: [XMLElement]
    public var text: String

    public init(_ name: String, _ attributes: [Attribute] = [], _ children: [XMLElement] = [], text: String = "") {
        (self.name, self.attributes, self.children, self.text) = (name, attributes, children, text)
    }

    /// Attributes without those that have no value.
    init(_ name: String, optional attributes: [(String, String?)], text: String = "") {
        self.init(name, attributes.compactMap { name, value in value.map { Attribute(name, $0) } }, text: text)
    }

    public subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

    public func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// A finite number of an attribute.
    func number(_ attribute: String) -> Double? { self[attribute].flatMap(finiteNumber) }

    /// As it stands in a document. What XML cannot tell is left out: control characters, and elements and attributes
    /// whose name is none.
    public var xml: String {
        var text = ""
        write(to: &text)
        return text
    }

    func write(to out: inout String) {
        guard Self.isName(name) else { return }
        out += "<" + name
        for attribute in attributes where Self.isName(attribute.name) {
            out += " " + attribute.name + "=\""
            Self.escape(attribute.value, to: &out, isAttribute: true)
            out += "\""
        }
        guard !text.isEmpty || !children.isEmpty else {
            out += "/>"
            return
        }
        out += ">"
        Self.escape(text, to: &out, isAttribute: false)
        for child in children { child.write(to: &out) }
        out += "</" + name + ">"
    }

    private static func isName(_ name: String) -> Bool {
        var isFirst = true
        for byte in name.utf8 {
            guard XMLReader.isNameByte(byte, first: isFirst) else { return false }
            isFirst = false
        }
        return !isFirst
    }

    private static func escape(_ text: String, to out: inout String, isAttribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"" where isAttribute: out += "&quot;"
            // A reader makes spaces of those that stand there as they are.
            case "\n" where isAttribute: out += "&#10;"
            case "\t" where isAttribute: out += "&#9;"
            default: if isWritable(scalar) { out.unicodeScalars.append(scalar) }
            }
        }
    }

    /// Whether a document has it: XML has no control characters but ends of lines and tabs.
    public static func isWritable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xa: true
        case ..<0x20, 0x7f..<0xa0, 0xfffe, 0xffff: false
        default: true
        }
    }
}

/// What a text says where it is a finite number in decimal digits.
func finiteNumber(_ text: String) -> Double? {
    guard text.utf8.count <= 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
        let value = Double(text), value.isFinite
    else { return nil }
    return value
}
