// Numbers as results show them.

public enum Figures {
    /// `value` with so many digits after the point.
    public static func text(_ value: Double, digits: Int) -> String {
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        let scaled = (value.magnitude * power).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let whole = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return sign + padded.dropLast(digits) + (digits > 0 ? "." + padded.suffix(digits) : "")
    }

    /// `value` rounded to so many digits after the point.
    public static func rounded(_ value: Double, digits: Int) -> Double { Double(text(value, digits: digits)) ?? value }

    /// A share as `98.2 %`; `-` where there is none.
    public static func percent(_ share: Double?, digits: Int = 1) -> String {
        share.map { text($0 * 100, digits: digits) + " %" } ?? "-"
    }

    /// An upper bound of a share: like `percent`, but rounded up, so that the bound stays one.
    public static func percentAbove(_ share: Double, digits: Int = 1) -> String {
        var unit = 0.01
        for _ in 0..<digits { unit /= 10 }
        let steps = (share / unit - 1e-9).rounded(.up)
        return percent(min(steps * unit, 1), digits: digits)
    }

    /// `label` in a column of `width`; control characters, which a preset may have brought, become `?`.
    public static func column(_ label: String, width: Int) -> String {
        let plain = String(
            String.UnicodeScalarView(label.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
        return plain + String(repeating: " ", count: max(0, width - plain.count))
    }
}
