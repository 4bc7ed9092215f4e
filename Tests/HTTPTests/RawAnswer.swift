// What the text of an answer says.
import Foundation

extension String {
    /// Of an answer; 0 where there is none.
    var status: Int { hasPrefix("HTTP/1.") ? Int(dropFirst(9).prefix(3)) ?? 0 : 0 }

    /// A header of an answer.
    func header(_ name: String) -> String? {
        let head = components(separatedBy: "\r\n\r\n")[0]
        let line = head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    var content: String { components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n") }
}
