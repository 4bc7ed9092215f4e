// Pictures of what is published.
import Imaging
import Link
import Synchronization

/// Of each track its best picture and of each camera its last one, in memory. From any thread.
public final class Album: Sendable {
    private struct Portrait {
        let picture: Image
        let quality: Double
        let order: Int
    }

    private struct State {
        var portraits: [Int: Portrait] = [:]
        var scenes: [Int: (picture: Image, order: Int, at: Int)] = [:]
        var bytes = 0
        /// Counts what was kept.
        var order = 0
    }

    private let state = Mutex(State())
    private let clock = LinkClock()

    /// Milliseconds.
    private static let sceneAge = 60_000
    /// Bytes of portraits; of more, the one that was taken longest ago goes first.
    static let mostBytes = 16 << 20
    /// A portrait makes way for one that is so much better: each costs a piece of work.
    private static let better = 1.2

    public init() {}

    /// Whether a picture of a track of such a quality would be its best by far. Qualities mean what their maker wants.
    public func wants(_ number: Int, quality: Double) -> Bool {
        state.withLock { $0.portraits[number].map { quality > $0.quality * Self.better } ?? true }
    }

    public func keep(_ picture: Image, of number: Int, quality: Double) {
        state.withLock { state in
            state.order += 1
            state.bytes += picture.bytes.count - (state.portraits[number]?.picture.bytes.count ?? 0)
            state.portraits[number] = Portrait(picture: picture, quality: quality, order: state.order)
            while state.bytes > Self.mostBytes,
                let oldest = state.portraits.min(by: { $0.value.order < $1.value.order })
            {
                state.portraits[oldest.key] = nil
                state.bytes -= oldest.value.picture.bytes.count
            }
        }
    }

    public func has(_ number: Int) -> Bool { state.withLock { $0.portraits[number] != nil } }

    /// What a track looks like; `nil` where nobody took a picture, or long ago.
    public func portrait(of number: Int) -> Image? { state.withLock { $0.portraits[number]?.picture } }

    public func keep(scene picture: Image, of camera: Int) {
        let now = clock.now
        state.withLock { state in
            state.order += 1
            state.scenes[camera] = (picture, state.order, now)
        }
    }

    /// What a camera sees; `nil` where it has given no picture for a minute.
    public func scene(of camera: Int) -> Image? {
        let now = clock.now
        return state.withLock { $0.scenes[camera].flatMap { now - $0.at <= Self.sceneAge ? $0.picture : nil } }
    }

    /// A number for each camera's scene that grows with each that is kept.
    public var sceneOrders: [Int: Int] { state.withLock { $0.scenes.mapValues(\.order) } }
}
