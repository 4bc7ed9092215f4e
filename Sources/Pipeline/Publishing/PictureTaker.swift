// Pictures of tracks, out of frames.
import Capture
import Imaging
import Publishing
import Threads
import Vision

/// Cuts pictures of tracks out of frames and puts them into an album, on a thread of its own: nobody waits for it. A frame that comes while it
/// works makes way for the camera's next.
final class PictureTaker {
    /// A track on a frame.
    struct View: Sendable {
        /// Its running number.
        let number: Int
        /// Pixels of the frame.
        let box: Box
        let quality: Double
    }

    private struct Order: Sendable {
        let held: HeldFrame
        let views: [View]
        /// The camera's scene is due too.
        let isScene: Bool
    }

    private struct Desk {
        /// One a camera, the one that waits longest first.
        var orders: [(camera: Int, order: Order)] = []
        var isClosed = false
    }

    private enum Step {
        case order(Order, camera: Int)
        case end
    }

    private let album: Album
    private let desk: Monitor<Desk>
    private let worker: SystemThread
    /// Nanoseconds, by camera, when its scene was taken.
    private var scenesAt: [Int: UInt64] = [:]

    private static let sceneEvery: UInt64 = 10_000_000_000

    /// - Throws: `PipelineError.system` where the machine gives no thread.
    init(_ album: Album) throws(PipelineError) {
        self.album = album
        let desk = Monitor(Desk())
        self.desk = desk
        worker = try SystemThread.working { Self.work(desk, album) }
    }

    /// Takes what an album has not as well already, and a camera's scene from time to time.
    func take(_ tracks: [(number: Int, track: Track)], on held: HeldFrame, camera: Int) {
        let (width, height) = (held.frame.format.width, held.frame.format.height)
        var views = tracks.map { number, track in
            View(number: number, box: track.box, quality: track.quality(width: width, height: height))
        }
        views.removeAll { $0.quality <= 0 || !album.wants($0.number, quality: $0.quality) }
        let now = MonotonicClock.nanoseconds
        let isSceneDue = scenesAt[camera].map { now - $0 >= Self.sceneEvery } ?? true
        guard isSceneDue || !views.isEmpty else { return }
        if isSceneDue { scenesAt[camera] = now }
        desk.change { desk in
            if let place = desk.orders.firstIndex(where: { $0.camera == camera }) {
                let isScene = isSceneDue || desk.orders[place].order.isScene
                desk.orders[place].order = Order(held: held, views: views, isScene: isScene)
            } else {
                desk.orders.append((camera, Order(held: held, views: views, isScene: isSceneDue)))
            }
        }
    }

    /// Ends it when all is taken; to be called once.
    func finish() {
        desk.change { $0.isClosed = true }
        worker.join()
    }

    private static let patience = 1000

    private static func work(_ desk: Monitor<Desk>, _ album: Album) {
        let decoder = FrameDecoder()
        while true {
            let step: Step? = desk.wait(milliseconds: patience) { desk in
                guard let (camera, order) = desk.orders.first else { return desk.isClosed ? .end : nil }
                desk.orders.removeFirst()
                return .order(order, camera: camera)
            }
            switch step {
            case .end: return
            case nil: continue
            // A frame that has no picture was told of where it was to be judged.
            case .order(let order, let camera): try? work(on: order, camera, album, decoder)
            }
        }
    }

    private static func work(on order: Order, _ camera: Int, _ album: Album, _ decoder: FrameDecoder) throws {
        let held = order.held
        try decoder.withPicture(of: held.frame) { picture, _ in
            for view in order.views {
                let square = Square(around: view.box, width: picture.format.width, height: picture.format.height)
                let part = try picture.cropped(x: square.x, y: square.y, width: square.side, height: square.side)
                let portrait = try Image(part, range: held.range).fitted(side: ChipMaker.largestSide)
                album.keep(portrait, of: view.number, quality: view.quality)
            }
            guard order.isScene else { return }
            let scene = try Image(picture, range: held.range).fitted(side: ChipMaker.sceneSide)
            album.keep(scene: scene, of: camera)
        }
    }
}

/// What is shown of a track: some of what lies around it, too.
private struct Square {
    let x: Int
    let y: Int
    let side: Int

    private static let margin = 1.3
    /// Pixels: of what is smaller, all around is needed to tell what it is.
    private static let leastSide = 32

    init(around box: Box, width: Int, height: Int) {
        let longer = Double(max(box.width, box.height)) * Self.margin
        side = min(max(Int(min(longer, 1e6)), Self.leastSide), width, height)
        x = Self.start(of: side, around: box.x + box.width / 2, most: width)
        y = Self.start(of: side, around: box.y + box.height / 2, most: height)
    }

    private static func start(of side: Int, around middle: Float, most: Int) -> Int {
        min(max(Int(min(max(middle, -1e6), 1e6)) - side / 2, 0), most - side)
    }
}

extension Track {
    /// More for what is larger, surer and wholly in the picture; 0 for what cannot be shown.
    fileprivate func quality(width: Int, height: Int) -> Double {
        let inside = box.clipped(width: width, height: height)
        let (whole, visible) = (Double(box.width * box.height), Double(inside.width * inside.height))
        guard whole > 0, whole.isFinite, visible > 0 else { return 0 }
        return Double(score) * visible.squareRoot() * visible / whole
    }
}
