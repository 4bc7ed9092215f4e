// Pieces of a page: text that stays text, tables that screen readers can read, files inside the page.

public enum HTML {
    /// A whole page that needs no other file. `title` is text, `body` what stands in its main part.
    public static func page(title: String, style: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>\(style)</style>
        </head>
        <body>
        <main>
        <h1>\(escaped(title))</h1>
        \(body)
        </main>
        </body>
        </html>

        """
    }

    /// `text` with everything that has a meaning in HTML, or none on a page, made harmless.
    public static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar.properties.generalCategory == .control ? "?" : scalar)
            }
        }
        return escaped
    }

    /// A table whose first column names the rows. Entries are HTML; `style` may add attributes to the cell of a row and column.
    static func table(
        caption: String, header: [String], rows: [[String]], attributes: (Int, Int) -> String = { _, _ in "" }
    ) -> String {
        let head = header.map { "<th scope=\"col\">\($0)</th>" }.joined()
        let body = rows.enumerated().map { index, row in
            "<tr>"
                + row.enumerated().map { column, cell in
                    column == 0
                        ? "<th scope=\"row\">\(cell)</th>" : "<td\(attributes(index, column))>\(cell)</td>"
                }.joined() + "</tr>"
        }
        return """
            <div class="scroll"><table>
            <caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody>
            </table></div>
            """
    }

    /// Bytes as text (RFC 4648), for files that are part of the page.
    static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            let group = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
            for place in 0..<4 {
                text.append(place <= count ? letters[group >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
