// Which places of a track the other side may take an update for.

/// The places of a track that were sent in the last minute. Times are milliseconds of the sender's epoch.
struct SentPlaces {
    private struct Second {
        let number: Int
        var east: ClosedRange<Int>
        var north: ClosedRange<Int>
    }

    /// The oldest first; one a second at most.
    private var seconds: [Second] = []

    private static let memory = Int(UpdateRecord.memory)

    mutating func note(_ place: GridPlace, at now: Int) {
        let number = now / 1000
        seconds.removeAll { number - $0.number > Self.memory }
        guard let last = seconds.last, last.number >= number else {
            seconds.append(
                Second(number: number, east: place.east...place.east, north: place.north...place.north))
            return
        }
        let index = seconds.count - 1
        seconds[index].east = Self.grown(last.east, place.east)
        seconds[index].north = Self.grown(last.north, place.north)
    }

    /// Whether all of them lie so near that an update of `place` can be taken for no other place. Complexity: O(1).
    func areNear(_ place: GridPlace, at now: Int) -> Bool {
        seconds.allSatisfy { second in
            now / 1000 - second.number > Self.memory
                || Self.isNear(second.east, place.east) && Self.isNear(second.north, place.north)
        }
    }

    private static func grown(_ range: ClosedRange<Int>, _ value: Int) -> ClosedRange<Int> {
        min(range.lowerBound, value)...max(range.upperBound, value)
    }

    private static func isNear(_ range: ClosedRange<Int>, _ value: Int) -> Bool {
        range.upperBound - value <= LowPlace.reach && value - range.lowerBound <= LowPlace.reach
    }
}
