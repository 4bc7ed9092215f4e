// Pictures that people want of a sender.
import Link

/// Requests that are repeated until what they ask for has come, or nobody needs it any more. Times are milliseconds of the station's clock.
struct PictureWishes {
    private struct Wish {
        var since: Int
        var askedAt: Int?
        /// Milliseconds from the last time to the next.
        var pause = 10_000
    }

    private var wishes: [RequestRecord: Wish] = [:]

    private static let longestPause = 300_000
    private static let patience = 1_800_000
    private static let most = 64

    /// Returns whether there was room for it.
    mutating func add(_ request: RequestRecord, at now: Int) -> Bool {
        guard wishes[request] != nil || wishes.count < Self.most else { return false }
        // Who asks again and again does not fill the way down.
        wishes[request, default: Wish(since: now)].since = now
        return true
    }

    /// What is to be asked for now.
    mutating func due(at now: Int) -> [RequestRecord] {
        wishes = wishes.filter { now - $0.value.since < Self.patience }
        let due = wishes.filter { now - ($0.value.askedAt ?? .min / 2) >= $0.value.pause }
        for (request, wish) in due {
            wishes[request]?.askedAt = now
            if wish.askedAt != nil { wishes[request]?.pause = min(wish.pause * 2, Self.longestPause) }
        }
        return Array(due.keys)
    }

    /// Something came. A smaller picture than the one that was asked for is the best that its sender can give.
    mutating func note(_ report: Report) {
        switch report {
        case .chip(let track, _): wishes[.chip(number: track, level: 0)] = nil
        case .object(let object, let number, _) where object.kind == .chip:
            for level in object.level...3 { wishes[.chip(number: number, level: level)] = nil }
        case .object(let object, let camera, _) where object.kind == .scene: wishes[.scene(camera: camera)] = nil
        default: break
        }
    }
}
