// What is kept of parts, beside the way of their verdicts.
import Capture

/// Reads serials, keeps pictures, writes records: on a thread of its own, as a code may be hard to find and a disk slow, and
/// the next part moves on in the meantime.
final class PartRecorder: @unchecked Sendable {
    /// A part that has its verdict.
    struct Judged: Sendable {
        var part: Part
        var verdict: Verdict
        /// `nil` for a part that nobody looked at.
        var result: FrameResult?
        /// Where more is done with it.
        var picture: HeldFrame?
        /// There was no time for its picture.
        var isLate: Bool
        /// From the trigger to the verdict.
        var milliseconds: Double
    }

    /// A part of which all is done.
    struct Recorded: Sendable {
        var verdict: PartVerdict
        var frame: FrameHead?
    }

    private struct Waiting: Sendable {
        var judged: Judged
        /// `nil` where it stands on the picture.
        let serial: Result<String, SinkFailure>?
    }

    private struct State {
        var waiting: [Waiting] = []
        var recorded: [Recorded] = []
        /// Parts of which there is no record.
        var lost = 0
        var hasEnded = false
    }

    /// The number of the last part of an earlier run; 0 where there was none.
    let lastPart: Int
    private let configuration: InspectionConfiguration
    /// Whether parts come whether or not there is time for them.
    private let isLive: Bool
    private let serials: SerialReader
    private let pictures: PictureStore?
    private let records: PartRecords
    private let state = Monitor(State())
    private let troubles: Troubles
    /// Is called when there is something to take.
    private let wake: @Sendable () -> Void

    /// Parts that wait, without their pictures some kilobytes each.
    private static let mostParts = 1024

    /// - Parameters:
    ///   - report: is told of what goes wrong, on the thread that works.
    ///   - wake: is called, on that thread, when there is something for `takeRecorded`.
    /// - Throws: `PipelineError` for a library, folder or file that cannot be had.
    init(
        _ configuration: InspectionConfiguration, isLive: Bool, modelDigest: String,
        report: @escaping @Sendable (Notice) -> Void, wake: @escaping @Sendable () -> Void
    ) throws(PipelineError) {
        self.configuration = configuration
        self.isLive = isLive
        self.wake = wake
        troubles = Troubles(report)
        serials = try SerialReader(configuration.serial)
        do throws(SinkFailure) {
            pictures = try configuration.images.map { keeping throws(SinkFailure) in try PictureStore(keeping) }
            let audit = try configuration.audit.map { path throws(SinkFailure) in try AuditLog(path: path) }
            lastPart = audit?.lastPart ?? 0
            records = PartRecords(configuration, modelDigest: modelDigest, to: audit, troubles)
        } catch {
            throw .system(error.description)
        }
    }

    /// Takes a part over. Of a live source that is too fast for too long the record is given up, and told so; nobody waits.
    func add(_ judged: Judged) {
        var waiting = Waiting(judged: judged, serial: serials.known(of: judged.part))
        if waiting.serial != nil, !isKept(judged) {
            waiting.judged.picture = nil
            waiting.judged.isLate = false
        }
        let isFull = state.change { state in
            guard isLive, state.waiting.count + state.recorded.count >= Self.mostParts else {
                state.waiting.append(waiting)
                return false
            }
            state.lost += 1
            state.recorded.append(Self.recorded(judged, serial: ""))
            return true
        }
        if isFull { wake() }
    }

    private func isKept(_ judged: Judged) -> Bool {
        configuration.images.map { $0.what == .all || !judged.verdict.isGood } ?? false
    }

    private static func recorded(_ judged: Judged, serial: String) -> Recorded {
        Recorded(
            verdict: PartVerdict(
                number: judged.part.number, serial: serial, verdict: judged.verdict,
                wasInspected: judged.result != nil), frame: judged.result?.head)
    }

    /// What was done since this was last called, in the order in which it was added, but for parts without a record.
    func takeRecorded() -> [Recorded] {
        state.change { state in
            defer { state.recorded = [] }
            return state.recorded
        }
    }

    /// Whether one more may be added, after `milliseconds` at most. Those that are live never wait.
    func hasRoom(within milliseconds: Int) -> Bool {
        guard !isLive else { return true }
        return state.wait(milliseconds: milliseconds) { state -> Bool? in
            state.waiting.count + state.recorded.count < Self.mostParts ? true : nil
        } ?? false
    }

    /// Nothing is added any more.
    func end() { state.change { $0.hasEnded = true } }

    private static let patience = 200

    /// Until all that was added is done and `end` was called. `beat` is called again and again.
    func work(beat: () -> Void) {
        working: while true {
            beat()
            let next = state.wait(milliseconds: Self.patience) { state -> Waiting?? in
                if state.waiting.isEmpty { return state.hasEnded ? .some(nil) : nil }
                return state.waiting.removeFirst()
            }
            switch next {
            case .some(.some(let waiting)): record(waiting)
            case .some(.none): break working
            case .none: break
            }
            tellLost()
            records.tick()
        }
        records.finish()
    }

    private func tellLost() {
        let lost = state.change { state in
            defer { state.lost = 0 }
            return state.lost
        }
        if lost > 0 { troubles.begin("lost", "no time for \(lost) parts: they are neither recorded nor kept") }
    }

    private func record(_ waiting: Waiting) {
        let judged = waiting.judged
        if judged.isLate {
            troubles.begin(
                "time", "part \(judged.part.number): no time for its picture, which is neither kept nor searched")
        }
        let image = isKept(judged) ? judged.picture.flatMap { keep($0, of: judged) } : nil
        let serial = serial(of: waiting)
        records.add(judged, serial, image: image)
        state.change { $0.recorded.append(Self.recorded(judged, serial: serial.text)) }
        wake()
    }

    private func serial(of waiting: Waiting) -> PartSerial {
        let picture = waiting.judged.picture
        guard waiting.serial != nil || picture != nil else {
            return PartSerial(text: "", fault: waiting.judged.isLate ? "no time" : "no picture")
        }
        do throws(SinkFailure) {
            var serial = PartSerial(text: "")
            if let known = waiting.serial {
                serial.text = try known.get()
            } else if let picture {
                serial = try serials.serial(on: picture.frame)
            }
            troubles.end("serial")
            return serial
        } catch {
            troubles.begin("serial", error.description)
            return PartSerial(text: "", fault: error.description)
        }
    }

    /// - Returns: the file's path.
    private func keep(_ picture: HeldFrame, of judged: Judged) -> String? {
        guard let pictures else { return nil }
        return troubles.attempt("pictures") { () throws(SinkFailure) in
            try pictures.keep(picture.frame, part: judged.part.number)
        }
    }
}
