// Which picture a link tells next.
import Link

/// Pictures that somebody asked for, then a first look at each track, then scenes. Times are milliseconds of the store's clock.
struct PictureList {
    struct Picture: Hashable {
        enum Subject: Hashable {
            case track(Int, level: Int)
            case scene(camera: Int)
        }

        let subject: Subject
        /// Somebody asked for it.
        let isWished: Bool

        /// What is said to who asked where there is none.
        var absence: String {
            switch subject {
            case .track(let number, _): "no picture: \(number)"
            case .scene(let camera): "no scene: camera \(camera)"
            }
        }
    }

    private let sceneEvery: Int?
    /// Tracks that are seen.
    private var known: Set<Int> = []
    /// Tracks that nobody has had a look at, and from when on one is told.
    private var waiting: [Int: Int] = [:]
    private var alerts: Set<Int> = []
    private var wished: [Picture.Subject] = []
    /// Scenes by camera: when one was told, and which.
    private var scenes: [Int: (at: Int, order: Int)] = [:]

    /// Milliseconds: who has just come into view is seen better by then.
    private static let patience = 2000
    /// Tracks that wait; of more, the one that came first is given up.
    private static let mostWaiting = 256
    private static let mostWished = 64
    private static let mostUnderWay = (usual: 3, wished: 8)

    /// - Parameter sceneEvery: milliseconds from one scene of a camera to its next; `nil`: none but those that are asked for.
    init(sceneEvery: Int?) { self.sceneEvery = sceneEvery }

    mutating func see(_ track: StoredTrack) {
        if track.end != nil {
            // Who came and went before anybody looked is shown, too.
            if known.remove(track.number) == nil { waiting[track.number] = track.lastSeen }
        } else if known.insert(track.number).inserted {
            waiting[track.number] = track.firstSeen + Self.patience
        }
        if waiting.count > Self.mostWaiting, let first = waiting.keys.min() { drop(first) }
    }

    /// Something happened to a track: it comes before others.
    mutating func hasAlert(_ number: Int) { if waiting[number] != nil { alerts.insert(number) } }

    mutating func wish(_ wish: RequestRecord) {
        let subject: Picture.Subject
        switch wish {
        case .chip(let number, let level): subject = .track(number, level: level)
        case .scene(let camera): subject = .scene(camera: camera)
        default: return
        }
        if wished.count < Self.mostWished, !wished.contains(subject) { wished.append(subject) }
    }

    /// The next picture; it counts as told.
    ///
    /// - Parameters:
    ///   - underWay: pictures that wait for the link: what is made early is old when its turn comes.
    ///   - orders: of the scenes that there are, by camera.
    ///   - isTaken: whether there is a picture of a track: it may come later than what is told of the track.
    mutating func next(
        at now: Int, underWay: Int, scenes orders: [Int: Int], isTaken: (Int) -> Bool
    ) -> Picture? {
        if !wished.isEmpty, underWay < Self.mostUnderWay.wished {
            return Picture(subject: wished.removeFirst(), isWished: true)
        }
        guard underWay < Self.mostUnderWay.usual else { return nil }
        let due = waiting.filter {
            ($0.value <= now || alerts.contains($0.key) || !known.contains($0.key)) && isTaken($0.key)
        }
        if let number = due.keys.filter({ alerts.contains($0) }).max() ?? due.keys.max() {
            drop(number)
            return Picture(subject: .track(number, level: 0), isWished: false)
        }
        return nextScene(orders, at: now).map { Picture(subject: .scene(camera: $0), isWished: false) }
    }

    private mutating func drop(_ number: Int) {
        waiting[number] = nil
        alerts.remove(number)
    }

    private mutating func nextScene(_ orders: [Int: Int], at now: Int) -> Int? {
        guard let sceneEvery else { return nil }
        let due = orders.filter { camera, order in
            scenes[camera].map { order > $0.order && now - $0.at >= sceneEvery } ?? true
        }
        guard let (camera, order) = due.min(by: { $0.key < $1.key }) else { return nil }
        scenes[camera] = (now, order)
        return camera
    }
}
