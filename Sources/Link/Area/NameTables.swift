// What numbers on the link stand for.

/// The names of a sender's cameras, classes, rules and reasons, by number.
public struct NameTables: Hashable, Sendable {
    public enum List: Int, CaseIterable, Sendable { case cameras, classes, rules, reasons }

    private var lists = [[String]](repeating: [], count: List.allCases.count)

    /// Names of one list, and bytes of one name: more are cut.
    private static let mostNames = 255
    private static let mostBytes = 63

    public init() {}

    public subscript(list: List) -> [String] {
        get { lists[list.rawValue] }
        set { lists[list.rawValue] = newValue.prefix(Self.mostNames).map(Self.cut) }
    }

    /// The number of a name, which it gets where it has none; `nil` where there is none left.
    public mutating func number(of name: String, in list: List) -> Int? {
        let name = Self.cut(name)
        if let number = self[list].firstIndex(of: name) { return number }
        guard self[list].count < Self.mostNames else { return nil }
        lists[list.rawValue].append(name)
        return self[list].count - 1
    }

    public func name(_ number: Int, in list: List) -> String? {
        self[list].indices.contains(number) ? self[list][number] : nil
    }

    /// To so many bytes, between characters.
    private static func cut(_ name: String) -> String {
        var name = name
        while name.utf8.count > mostBytes { name.removeLast() }
        return name
    }

    /// As an object carries them: for each list a byte that counts its names, and for each name a byte that counts its bytes before them.
    public var bytes: [UInt8] {
        lists.flatMap { list in [UInt8(list.count)] + list.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } }
    }

    /// - Throws: `LinkError.short` where it ends too early.
    public init(bytes: [UInt8]) throws(LinkError) {
        var rest = bytes[...]
        for list in List.allCases {
            guard let count = rest.popFirst() else { throw .short }
            var names: [String] = []
            for _ in 0..<count {
                guard let length = rest.popFirst(), rest.count >= length else { throw .short }
                names.append(String(decoding: rest.prefix(Int(length)), as: UTF8.self))
                rest.removeFirst(Int(length))
            }
            // Bytes that are no text have become longer.
            self[list] = names
        }
    }
}
