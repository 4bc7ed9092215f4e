// How often a client may guess.
import Synchronization

/// Counts wrong tokens of each network within the last minute. Memory is bounded.
final class LoginGuard: Sendable {
    static let mostWrong = 5
    static let seconds = 60
    static let mostNetworks = 1024

    /// Seconds of the wrong ones, oldest first.
    private let wrong = Mutex<[String: [Int]]>([:])

    /// Seconds until this network may try again; `nil` where it may now.
    func wait(_ network: String, now: Int) -> Int? {
        wrong.withLock { wrong in
            Self.forget(&wrong, now: now)
            guard let times = wrong[network] else {
                // So many at once are one who has many addresses.
                return wrong.count < Self.mostNetworks ? nil : Self.seconds
            }
            guard times.count >= Self.mostWrong, let first = times.first else { return nil }
            return max(1, first + Self.seconds - now)
        }
    }

    func count(_ network: String, now: Int) { wrong.withLock { $0[network, default: []].append(now) } }

    func forgive(_ network: String) { wrong.withLock { _ = $0.removeValue(forKey: network) } }

    private static func forget(_ wrong: inout [String: [Int]], now: Int) {
        wrong = wrong.compactMapValues { times in
            let recent = times.filter { $0 + seconds > now }
            return recent.isEmpty ? nil : recent
        }
    }
}
