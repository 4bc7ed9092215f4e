// A board to print.

extension Chessboard {
    /// The board as an SVG picture in millimetres, with a white margin of a square and a line that tells what it is.
    public var svg: String {
        let (across, down) = (Double(columns + 3) * square, Double(rows + 3) * square)
        var fields: [String] = []
        for row in 0...rows {
            for column in 0...columns where (row + column).isMultiple(of: 2) {
                let (x, y) = (Double(column + 1) * square, Double(row + 1) * square)
                fields.append("M\(x) \(y)h\(square)v\(square)h\(-square)z")
            }
        }
        let note = "\(columns)x\(rows) inner corners, \(square) mm a square: print at 100 % and measure"
        let size = "width=\"\(across)mm\" height=\"\(down)mm\" viewBox=\"0 0 \(across) \(down)\""
        let place = "x=\"\(square)\" y=\"\(down - square / 3)\" font-size=\"\(square / 5)\""
        return """
            <svg xmlns="http://www.w3.org/2000/svg" \(size)>
            <rect width="\(across)" height="\(down)" fill="white"/>
            <path d="\(fields.joined(separator: " "))" fill="black"/>
            <text \(place) font-family="sans-serif">\(note)</text>
            </svg>

            """
    }
}
