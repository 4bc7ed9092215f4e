// From a source to pictures as the model takes them.
import Capture
import Imaging
import Signals
import Vision

/// Takes a source's frames, prepares each for the model and puts it into the engine's lane. Works on a thread of its own.
final class Feeder: @unchecked Sendable {
    private let source: any FrameSource
    private let configuration: SourceConfiguration
    private let lanes: Lanes<PreparedFrame>
    private let place: Int
    private let ledger: Ledger
    private let notices: Notices
    private let preprocessor: Preprocessor
    private let store: InputStore
    private let decoder = FrameDecoder()
    private let watch: CameraWatch?
    /// `nil`: every frame is wanted.
    private let trigger: PartTrigger?
    /// `nil`: pictures of parts are judged alone.
    private let partFrames: FrameAllowance?
    /// `nil`: nobody wants pictures of what is followed.
    private let trackFrames: FrameAllowance?
    /// Nanoseconds when a frame was held for them last.
    private var heldAt: UInt64 = 0
    /// `nil`: pictures are looked at as a whole.
    private let tiles: TileConfiguration?
    private let blockReducer = BlockReducer()
    /// Of cameras that move and whose objects are followed.
    private let viewReducer: CameraViewReducer?
    private var automaticRange = AutomaticRange()
    private var number = 0
    /// Nanoseconds of the source's clock at its first frame.
    private var begin: UInt64?
    private var lost = 0
    private var faults: Set<ViewFault> = []
    /// The part that the frame under way shows.
    private var shown: Part?

    init(
        _ source: any FrameSource, _ configuration: SourceConfiguration, place: Int,
        _ specification: InputSpecification,
        trigger: PartTrigger?, partFrames: FrameAllowance?, trackFrames: FrameAllowance?, tiles: TileConfiguration?,
        followsMotion: Bool,
        _ lanes: Lanes<PreparedFrame>, _ ledger: Ledger, _ notices: Notices
    ) {
        self.source = source
        self.configuration = configuration
        self.lanes = lanes
        self.place = place
        self.ledger = ledger
        self.notices = notices
        preprocessor = Preprocessor(specification)
        store = InputStore(byteCount: specification.type.byteCount)
        watch = configuration.watch.map { CameraWatch($0) }
        self.trigger = trigger
        self.partFrames = partFrames
        self.trackFrames = trackFrames
        self.tiles = tiles
        viewReducer = followsMotion ? CameraViewReducer() : nil
    }

    /// How long a source is waited for before the thread shows that it lives, in milliseconds.
    private static let patience = 200

    /// Until the source ends, nobody takes frames any more or `isStopped` says so.
    func work(until isStopped: () -> Bool) {
        feeding: while !isStopped() {
            ledger.beat(.feeder(place))
            do {
                let arrival = try source.next(within: Self.patience)
                note(source.counts)
                switch arrival {
                case .frame(let frame): guard feed(frame) else { break feeding }
                case .nothing: break
                case .end: break feeding
                }
                try tellMissed()
            } catch {
                notices.post(.failed("\(error)"), of: place)
                ledger.change(place) { $0.failure = "\(error)" }
                break
            }
        }
        // Parts on their way to the camera will not be seen any more.
        for part in (try? trigger?.missed(at: .max)) ?? [] { notices.post(missed: part, of: place) }
        ledger.change(place) { $0.hasEnded = true }
        lanes.end(place)
        ledger.end(.feeder(place))
    }

    /// - Returns: whether more frames are wanted.
    private func feed(_ frame: Frame) -> Bool {
        let arrived = MonotonicClock.nanoseconds
        defer { number += 1 }
        shown = nil
        let prepared: PreparedFrame
        do {
            guard let wanted = try self.prepared(frame, arrived: arrived) else { return true }
            prepared = wanted
        } catch {
            ledger.change(place) { $0.unreadable += 1 }
            notices.post(.unreadable(frame: number, reason: "\(error)"), of: place)
            if let part = shown ?? trigger?.unseen(time: arrived) { notices.post(missed: part, of: place) }
            return true
        }
        // Also when asked to stop: what was taken from the source gets its result.
        while true {
            ledger.beat(.feeder(place))
            switch lanes.put(prepared, in: place, within: Self.patience) {
            case .placed: return true
            case .replaced:
                ledger.change(place) { $0.skipped += 1 }
                return true
            case .refused:
                let total = ledger.change(place) { figures in
                    figures.overruns += 1
                    return figures.overruns
                }
                notices.post(.overrun(frame: number, total: total), of: place)
                if let part = prepared.subject?.part { notices.post(missed: part, of: place) }
                return true
            case .closed: return false
            case nil: continue
            }
        }
    }

    /// The frame as the model takes it; `nil` where it shows no part and only parts are wanted.
    private func prepared(_ frame: Frame, arrived: UInt64) throws -> PreparedFrame? {
        let size = (width: frame.format.width, height: frame.format.height)
        let time = frame.time ?? arrived
        let seconds = Double(time) * 1e-9
        let begin = begin ?? time
        self.begin = begin
        var times = FrameTimes(shutter: shutter(of: frame, arrived: arrived), arrived: arrived)
        times.elapsed = time >= begin ? Double(time - begin) * 1e-9 : -Double(begin - time) * 1e-9
        let taken = times.shutter ?? arrived
        let least = tiles == nil ? preprocessor.leastSize(of: size) : size
        return try decoder.withPicture(of: frame, least: least) { picture, isDamaged in
            if isDamaged, !frame.isDamaged { ledger.change(place) { $0.garbled += 1 } }
            let range = range(of: picture)
            try look(at: picture, time: seconds, range: range)
            var subject: Subject?
            if let trigger {
                let ruling = try trigger.ruling(on: picture, range: range, time: taken)
                for part in ruling.missed { notices.post(missed: part, of: place) }
                shown = ruling.part
                guard let part = ruling.part else { return nil }
                let held = heldForPart(frame, range)
                subject = Subject(part: part, picture: held, isLate: held == nil && partFrames != nil)
            }
            let content = try content(of: picture, size, range)
            let view = try viewReducer?.view(of: picture, range: range)
            times.prepared = MonotonicClock.nanoseconds
            let head = FrameHead(
                number: number, sequence: frame.sequence, width: size.width, height: size.height, time: seconds,
                faults: faults, isDamaged: isDamaged)
            return PreparedFrame(
                head: head, content: content, view: view, times: times, subject: subject,
                held: heldForTracks(frame, range))
        }
    }

    /// The frame for those who do more with it than to judge it. Recordings wait until one may be held, what is live does not.
    private func heldForPart(_ frame: Frame, _ range: ClosedRange<UInt16>?) -> HeldFrame? {
        guard let partFrames else { return nil }
        if configuration.isLive { return partFrames.hold(frame, range: range, within: 0) }
        while true {
            ledger.beat(.feeder(place))
            if let held = partFrames.hold(frame, range: range, within: Self.patience) { return held }
        }
    }

    /// Nanoseconds: people look no better for being looked at more often, and each costs a copy.
    private static let holdEvery: UInt64 = 200_000_000

    private func heldForTracks(_ frame: Frame, _ range: ClosedRange<UInt16>?) -> HeldFrame? {
        let now = MonotonicClock.nanoseconds
        guard let trackFrames, now - heldAt >= Self.holdEvery else { return nil }
        heldAt = now
        return trackFrames.hold(frame, range: range, within: 0)
    }

    /// Gaps in the source's count are alarms where each frame counts.
    private func note(_ counts: SourceCounts) {
        ledger.note(counts, of: place)
        if counts.lost > lost, configuration.frames == .every {
            notices.post(.gap(before: number, frames: counts.lost - lost), of: place)
        }
        lost = counts.lost
    }

    /// Parts that were noticed and that no frame showed.
    private func tellMissed() throws(SignalError) {
        guard let trigger else { return }
        for part in try trigger.missed(at: MonotonicClock.nanoseconds) { notices.post(missed: part, of: place) }
    }

    /// When a live camera took the picture. A recording's times are of another day, and of cameras with another clock nothing follows.
    private func shutter(of frame: Frame, arrived: UInt64) -> UInt64? {
        guard case .camera = configuration.request, let time = frame.time, time <= arrived else { return nil }
        return arrived - time < Self.longestTransfer ? time : nil
    }

    /// Nanoseconds; a time further back is of another clock.
    private static let longestTransfer: UInt64 = 10_000_000_000

    private func content(
        of picture: RawPicture, _ size: (width: Int, height: Int), _ range: ClosedRange<UInt16>?
    ) throws -> PreparedFrame.Content {
        guard let tiles else {
            let input = store.input()
            return .whole(input, try preprocessor.fill(input.bytes, from: picture, of: size, range: range))
        }
        let levels = tiles.refresh == nil ? nil : try blockReducer.levels(of: picture, range: range)
        return .tiled(try KeptPicture(copying: picture), levels, range: range)
    }

    private func range(of picture: RawPicture) -> ClosedRange<UInt16>? {
        switch configuration.range {
        case .fixed(let range): range
        case .full: nil
        case .automatic: automaticRange.follow(picture)
        case .usual: picture.format.layout == .words(bits: 16) ? automaticRange.follow(picture) : nil
        }
    }

    private func look(at picture: RawPicture, time: Double, range: ClosedRange<UInt16>?) throws(ImageError) {
        guard let watch else { return }
        let seen = try watch.look(at: picture, time: time, range: range)
        guard seen != faults else { return }
        faults = seen
        ledger.change(place) { $0.faults = seen }
        notices.post(.view(frame: number, faults: seen), of: place)
    }
}
