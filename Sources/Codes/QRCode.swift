// Codes that are shown.
import CCodes
import Imaging

/// A QR code (ISO/IEC 18004), drawn by libqrencode.
public struct QRCode: Sendable {
    /// Modules of a side, without the quiet zone.
    let side: Int
    private let modules: [UInt8]

    /// Modules of light ground that readers need around it.
    static let quiet = 4

    /// Why this machine draws no codes; `nil` where it does.
    public static var absence: String? { arete_drawing_absence().map { String(cString: $0) } }

    /// - Parameter text: without zeros: what stands behind one is not drawn.
    /// - Throws: `CodeError`.
    public init(_ text: String) throws(CodeError) {
        let most = Int(ARETE_CODES_MOST_SIDE)
        var modules = [UInt8](repeating: 0, count: most * most)
        var side: UInt32 = 0
        switch arete_code_draw(text, &modules, &side) {
        case ARETE_CODES_OK: break
        case ARETE_CODES_ABSENT: throw .absent(Self.absence ?? "")
        case ARETE_CODES_TOO_LONG: throw .tooLong
        default: throw .noMemory
        }
        self.side = Int(side)
        self.modules = Array(modules.prefix(self.side * self.side))
    }

    /// Around the code everything is light.
    func isDark(row: Int, column: Int) -> Bool {
        guard (0..<side).contains(row), (0..<side).contains(column) else { return false }
        return modules[row * side + column] == 1
    }

    /// A grey picture with the quiet zone, `pixels` a module.
    public func picture(pixels: Int = 8) throws(CodeError) -> Image {
        let length = (side + 2 * Self.quiet) * pixels
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length * length)
        for row in 0..<length {
            for column in 0..<length {
                let isDark = isDark(row: row / pixels - Self.quiet, column: column / pixels - Self.quiet)
                bytes.append(isDark ? 0 : 255)
            }
        }
        do { return try Image(width: length, height: length, format: .grey, bytes: bytes) } catch {
            throw .picture(error)
        }
    }

    /// Lines of a terminal, two rows of modules each. They name both colours, so that it is the same on dark and on
    /// light ground; a terminal needs 256 of them, the first 16 of which people choose for themselves.
    public var terminalLines: [String] {
        stride(from: -Self.quiet, to: side + Self.quiet, by: 2).map { row in
            let blocks = (-Self.quiet..<side + Self.quiet).map { column in
                switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }
            return "\u{1b}[38;5;16;48;5;231m" + blocks.joined() + "\u{1b}[0m"
        }
    }
}
