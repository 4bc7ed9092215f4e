// Samples of what changes, by time.

/// Something between whose values there are others.
protocol Blendable: Sendable {
    /// Between this and `other`, the part of the way that is gone: 0 to 1.
    func blended(_ other: Self, _ part: Double) -> Self
}

/// The last samples of a value, each with its time in milliseconds.
struct SampleTrack<Value: Blendable>: Sendable {
    private var samples: [(time: Double, value: Value)] = []

    /// Some seconds of the fastest streams.
    private static var most: Int { 512 }

    var newest: Double? { samples.last?.time }

    /// What is not newer than the newest is left out.
    mutating func add(_ value: Value, at time: Double) {
        if let newest, time <= newest { return }
        if samples.count == Self.most { samples.removeFirst(Self.most / 2) }
        samples.append((time, value))
    }

    /// The value at a time: between two samples, or the last one itself after it. `nil` where two are farther apart
    /// than `bound`, where the last one is older, and before the first.
    ///
    /// - Returns: also how far the farther sample is.
    func value(at time: Double, bound: Double) -> (value: Value, age: Double)? {
        // The first one that is later.
        var (low, high) = (0, samples.count)
        while low < high {
            let middle = (low + high) / 2
            if samples[middle].time > time { high = middle } else { low = middle + 1 }
        }
        guard low > 0 else { return nil }
        let before = samples[low - 1]
        if before.time == time { return (before.value, 0) }
        guard low < samples.count else {
            return time - before.time <= bound ? (before.value, time - before.time) : nil
        }
        let after = samples[low]
        guard after.time - before.time <= bound else { return nil }
        let part = (time - before.time) / (after.time - before.time)
        return (before.value.blended(after.value, part), max(time - before.time, after.time - time))
    }
}

extension Quaternion: Blendable {
    func blended(_ other: Quaternion, _ part: Double) -> Quaternion { towards(other, part) }
}

extension VehiclePlace: Blendable {
    func blended(_ other: VehiclePlace, _ part: Double) -> VehiclePlace {
        func between(_ one: Double, _ two: Double) -> Double { one + (two - one) * part }
        // Not around the whole earth where the date changes.
        let way = (other.longitude - longitude).remainder(dividingBy: 360)
        return VehiclePlace(
            latitude: between(latitude, other.latitude),
            longitude: (longitude + way * part).remainder(dividingBy: 360),
            altitude: between(altitude, other.altitude), height: between(height, other.height),
            north: between(north, other.north), east: between(east, other.east), down: between(down, other.down))
    }
}
