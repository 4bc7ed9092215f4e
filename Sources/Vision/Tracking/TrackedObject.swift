// What a tracker knows of one object.
import Imaging

/// Motion of one object's box: centre and size each follow a filter of their own.
struct TrackedObject: Sendable {
    let id: Int
    private(set) var latest: Detection
    private(set) var sightings = 1
    let firstSeen: Double
    private(set) var lastSeen: Double
    private var x: MotionFilter
    private var y: MotionFilter
    private var width: MotionFilter
    private var height: MotionFilter
    /// The root of the box's area, smoothed: what accelerations and deviations are measured in.
    private var size: Double
    private let options: TrackerOptions

    /// Sizes change slowly, and what changes them (a turn, a camera that descends) ends soon: deviations and accelerations beside
    /// those of the centre, and the rate at which a change dies down.
    private static let sizeDeviation = 1.5
    private static let sizeAcceleration = 0.3
    private static let sizeDamping = 2.0
    /// An object first seen may move at about its own size a second, and grow at a fifth of that.
    private static let firstSpeed = 1.0
    private static let firstGrowth = 0.2
    /// Pixels, and pixels a second, that no motion of a camera brings about.
    private static let most = 1e7

    init(id: Int, _ detection: Detection, at time: Double, _ options: TrackerOptions) {
        self.id = id
        self.options = options
        latest = detection
        firstSeen = time
        lastSeen = time
        let box = detection.box
        let size = Self.size(box)
        self.size = size
        let deviation = options.deviation * size
        func place(_ value: Float) -> MotionFilter {
            MotionFilter(position: Double(value), deviation: deviation, speedDeviation: Self.firstSpeed * size)
        }
        func extent(_ value: Float) -> MotionFilter {
            MotionFilter(
                position: Double(value), deviation: Self.sizeDeviation * deviation,
                speedDeviation: Self.firstGrowth * size)
        }
        x = place(box.x + box.width / 2)
        y = place(box.y + box.height / 2)
        width = extent(box.width)
        height = extent(box.height)
    }

    var isConfirmed: Bool { sightings >= options.confirmations }

    var box: Box {
        let width = max(Float(self.width.position), 1)
        let height = max(Float(self.height.position), 1)
        return Box(x: Float(x.position) - width / 2, y: Float(y.position) - height / 2, width: width, height: height)
    }

    var track: Track {
        Track(
            id: id, label: latest.label, classIndex: latest.classIndex, score: latest.score, box: box,
            velocity: Track.Velocity(x: Float(x.speed), y: Float(y.speed)), firstSeen: firstSeen, lastSeen: lastSeen)
    }

    /// The camera moved: where the object would be now if it had stood still since. Beyond the horizon it stays where it was.
    mutating func follow(_ camera: CameraMotion) {
        guard let local = camera.local(x: x.position, y: y.position) else { return }
        let (right, down) = (local.right, local.down)
        let speed = (x: right.x * x.speed + down.x * y.speed, y: right.y * x.speed + down.y * y.speed)
        // Both coordinates are seen equally well, so a turn leaves their variances as they are.
        let scale = (right.x * down.y - right.y * down.x).squareRoot()
        let wider = (right.x * right.x + right.y * right.y).squareRoot()
        let higher = (down.x * down.x + down.y * down.y).squareRoot()
        let most = max(
            speed.x.magnitude, speed.y.magnitude, size * scale, width.position * wider, height.position * higher)
        guard most < Self.most else { return }
        x.move(to: local.x, speed: speed.x, scale: scale)
        y.move(to: local.y, speed: speed.y, scale: scale)
        width.move(to: width.position * wider, speed: width.speed * wider, scale: wider)
        height.move(to: height.position * higher, speed: height.speed * higher, scale: higher)
        size = max(size * scale, 1)
    }

    mutating func advance(by time: Double) {
        let acceleration = options.acceleration * size
        x.advance(by: time, acceleration: acceleration, damping: 0)
        y.advance(by: time, acceleration: acceleration, damping: 0)
        width.advance(by: time, acceleration: Self.sizeAcceleration * size, damping: Self.sizeDamping)
        height.advance(by: time, acceleration: Self.sizeAcceleration * size, damping: Self.sizeDamping)
    }

    mutating func see(_ detection: Detection, at time: Double) {
        let box = detection.box
        size = 0.9 * size + 0.1 * Self.size(box)
        // Boxes that the detector is not sure of are less exact too.
        let deviation = options.deviation * size * (detection.score < options.sure ? 1.5 : 1)
        x.correct(by: Double(box.x + box.width / 2), deviation: deviation)
        y.correct(by: Double(box.y + box.height / 2), deviation: deviation)
        width.correct(by: Double(box.width), deviation: Self.sizeDeviation * deviation)
        height.correct(by: Double(box.height), deviation: Self.sizeDeviation * deviation)
        latest = detection
        sightings += 1
        lastSeen = time
    }

    private static func size(_ box: Box) -> Double { max((Double(box.width) * Double(box.height)).squareRoot(), 1) }
}
