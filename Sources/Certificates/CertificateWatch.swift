// When a certificate's end is worth a line.

/// Tells once that a certificate ends soon, and once that it has ended.
public struct CertificateWatch: Sendable {
    private enum Told { case nothing, soon, over }

    private let path: String
    private let end: Int
    private var told = Told.nothing

    private static let soon = 30 * 86_400

    /// - Parameters:
    ///   - path: where the certificate lies, for people.
    ///   - end: the last second since 1970 at which it is valid.
    public init(path: String, end: Int) { (self.path, self.end) = (path, end) }

    /// What there is to say now and was not said yet.
    ///
    /// - Parameter now: seconds since 1970.
    public mutating func line(now: Int) -> String? {
        let day = ServerCertificate.day(end)
        let advice = "browsers refuse the page until the station starts with another one"
        switch told {
        case .nothing, .soon:
            if now > end {
                told = .over
                return "\(path): was valid until \(day): \(advice)"
            }
            guard told == .nothing, end - now < Self.soon else { return nil }
            told = .soon
            return "\(path): is valid until \(day) alone: get another one, and start the station again with it"
        case .over: return nil
        }
    }
}
