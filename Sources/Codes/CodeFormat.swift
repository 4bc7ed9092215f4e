// Which codes there are.
import CCodes

/// A kind of code.
public enum CodeFormat: String, CaseIterable, Sendable {
    /// EAN-13, EAN-8, UPC, Code 128, 93 and 39.
    case bar
    case qr
    /// DataMatrix, ECC 200.
    case datamatrix
}

extension CodeReader {
    /// Why this build or this machine cannot read codes of a kind; `nil` where it can. Without a kind: QR and bar codes.
    public static func absence(of format: CodeFormat? = nil) -> String? {
        let reason = format == .datamatrix ? arete_matrix_absence() : arete_codes_absence()
        return reason.map { String(cString: $0) }
    }
}
