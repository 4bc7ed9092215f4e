// One coordinate of a moving box: where it is and how fast it moves.

/// A Kalman filter for a coordinate that moves at a nearly constant speed. Positions in pixels, times in seconds.
struct MotionFilter: Sendable {
    private(set) var position: Double
    private(set) var speed = 0.0
    private var positionVariance: Double
    private var covariance = 0.0
    private var speedVariance: Double

    private static let most = 1e15

    /// Seen at `position`, give or take `deviation`; it may move at about `speedDeviation` either way.
    init(position: Double, deviation: Double, speedDeviation: Double) {
        self.position = position
        positionVariance = deviation * deviation
        speedVariance = speedDeviation * speedDeviation
    }

    /// `time` seconds later, while the speed changed by random accelerations of about `acceleration` and was lost at a rate of
    /// `damping` a second.
    mutating func advance(by time: Double, acceleration: Double, damping: Double) {
        let kept = max(0, 1 - damping * time)
        position += speed * time
        speed *= kept
        let noise = acceleration * acceleration * time * time
        positionVariance += 2 * time * covariance + time * time * speedVariance + noise * time * time / 4
        covariance = kept * (covariance + time * speedVariance) + noise * time / 2
        speedVariance = kept * kept * speedVariance + noise
    }

    /// The same thing in other coordinates: there it is at `position` and moves at `speed`, and one pixel is `scale` pixels.
    mutating func move(to position: Double, speed: Double, scale: Double) {
        self.position = position
        self.speed = speed
        let square = scale * scale
        // No row of motions makes numbers that cannot be reckoned with.
        guard max(positionVariance, speedVariance) * square < Self.most else { return }
        positionVariance *= square
        covariance *= square
        speedVariance *= square
    }

    /// Seen at `measured`, give or take `deviation`.
    mutating func correct(by measured: Double, deviation: Double) {
        let sum = positionVariance + deviation * deviation
        let gain = positionVariance / sum
        let speedGain = covariance / sum
        let surprise = measured - position
        position += gain * surprise
        speed += speedGain * surprise
        speedVariance -= speedGain * covariance
        covariance *= 1 - gain
        positionVariance *= 1 - gain
    }
}
