// What comes of wrong tokens.
import Synchronization

/// Counts wrong tokens of each network within the last minute, and says what is to be told of them. Memory and lines are
/// bounded, however many networks there are.
final class LoginGuard: Sendable {
    static let mostWrong = 5
    static let seconds = 60
    static let mostNetworks = 1024
    /// Lines that are told within `seconds`.
    static let mostLines = 10

    struct Verdict {
        /// Seconds until this network's wrong tokens are counted again; `nil` where they are.
        var wait: Int?
        /// For people: where it came from, never what it was.
        var line: String?
    }

    private struct State {
        /// Seconds of the wrong ones, oldest first.
        var wrong: [String: [Int]] = [:]
        /// Seconds of the lines that were told, oldest first.
        var told: [Int] = []
        /// Wrong ones since the last line that came while their network had to wait, or found no room for a line.
        var untold = 0
    }

    private let state = Mutex(State())

    /// Seconds until wrong tokens of this network are counted again; `nil` where they are. What comes meanwhile is counted among the untold.
    func wait(_ network: String, now: Int) -> Int? {
        state.withLock { state in
            Self.forget(&state, now: now)
            return Self.wait(network, &state, now: now)
        }
    }

    private static func wait(_ network: String, _ state: inout State, now: Int) -> Int? {
        let times = state.wrong[network] ?? []
        // So many at once are one who has many addresses.
        let isCrowd = times.isEmpty && state.wrong.count >= mostNetworks
        guard isCrowd || times.count >= mostWrong else { return nil }
        state.untold += 1
        return max(1, (times.first ?? now) + seconds - now)
    }

    /// Takes note of a wrong token.
    func count(_ network: String, from address: String, now: Int) -> Verdict {
        state.withLock { state in
            Self.forget(&state, now: now)
            if let wait = Self.wait(network, &state, now: now) { return Verdict(wait: wait) }
            let times = state.wrong[network] ?? []
            state.wrong[network] = times + [now]
            switch times.count + 1 {
            case 1: return Verdict(line: Self.line("a wrong token came from \(address)", &state, now: now))
            case Self.mostWrong:
                let words = "\(Self.mostWrong) wrong tokens within a minute came from \(address): it has to wait"
                return Verdict(line: Self.line(words, &state, now: now))
            default: return Verdict()
            }
        }
    }

    func forgive(_ network: String) { state.withLock { _ = $0.wrong.removeValue(forKey: network) } }

    /// `nil` where enough was told already: the next line has the count.
    private static func line(_ words: String, _ state: inout State, now: Int) -> String? {
        guard state.told.count < mostLines else {
            state.untold += 1
            return nil
        }
        defer { state.untold = 0 }
        state.told.append(now)
        return state.untold > 0 ? "\(words), and \(state.untold) more since the line before" : words
    }

    private static func forget(_ state: inout State, now: Int) {
        state.told.removeAll { $0 + seconds <= now }
        state.wrong = state.wrong.compactMapValues { times in
            let recent = times.filter { $0 + seconds > now }
            return recent.isEmpty ? nil : recent
        }
    }
}
