// What is kept of parts, beside the way of their verdicts.
import Capture
import JSON

/// Reads serials, keeps pictures, writes records: on a thread of its own, as a code may be hard to find and a disk slow, and
/// the next part moves on in the meantime.
final class PartRecorder: @unchecked Sendable {
    /// A part that has its verdict.
    struct Judged: Sendable {
        var part: Part
        var verdict: Verdict
        /// `nil` for a part that nobody looked at.
        var result: FrameResult?
        /// The frame that shows the part, where more is done with it.
        var picture: Frame?
        /// From the trigger to the verdict.
        var milliseconds: Double
    }

    /// A part whose record is written.
    struct Recorded: Sendable {
        var verdict: PartVerdict
        var frame: FrameHead?
    }

    private struct Waiting: Sendable {
        var judged: Judged
        /// `nil` where it stands on the picture.
        let serial: Result<String, SinkFailure>?
        /// Its picture was given up: too many waited.
        var isLate = false
    }

    private struct State {
        var waiting: [Waiting] = []
        var pictures = 0
        var recorded: [Recorded] = []
        var hasEnded = false
    }

    private let configuration: InspectionConfiguration
    /// Whether parts come whether or not there is time for them.
    private let isLive: Bool
    private let modelDigest: String
    private let serials: SerialReader
    private let pictures: PictureStore?
    private let audit: AuditLog?
    private let state = Monitor(State())
    private let report: @Sendable (Notice) -> Void
    /// Is called when there is something to take.
    private let wake: @Sendable () -> Void
    private var failing: Set<String> = []
    private var lastSynchronized = 0

    /// Pictures that wait, each as large as a frame.
    private static let mostPictures = 8
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
        self.modelDigest = modelDigest
        self.report = report
        self.wake = wake
        serials = try SerialReader(configuration.serial)
        do throws(SinkFailure) {
            pictures = try configuration.images.map { keeping throws(SinkFailure) in try PictureStore(keeping) }
            audit = try configuration.audit.map { path throws(SinkFailure) in try AuditLog(path: path) }
        } catch {
            throw .system(error.description)
        }
    }

    /// The number of the last part of an earlier run; 0 where there was none.
    var lastPart: Int { audit?.lastPart ?? 0 }

    /// Takes a part over. Of a camera that is too fast the picture is given up, never the record.
    func add(_ judged: Judged) {
        let serial = serials.known(of: judged.part)
        state.change { state in
            var waiting = Waiting(judged: judged, serial: serial)
            if isLive, state.pictures >= Self.mostPictures, judged.picture != nil {
                waiting.judged.picture = nil
                waiting.isLate = true
            }
            if waiting.judged.picture != nil { state.pictures += 1 }
            state.waiting.append(waiting)
        }
    }

    /// What was written since this was last called, in the order in which it was added.
    func takeRecorded() -> [Recorded] {
        state.change { state in
            defer { state.recorded = [] }
            return state.recorded
        }
    }

    /// Whether one more may be added, after `milliseconds` at most.
    func hasRoom(within milliseconds: Int) -> Bool {
        state.wait(milliseconds: milliseconds) { state -> Bool? in
            let parts = state.waiting.count + state.recorded.count
            return parts < Self.mostParts && (isLive || state.pictures < Self.mostPictures) ? true : nil
        } ?? false
    }

    /// Nothing is added any more.
    func end() { state.change { $0.hasEnded = true } }

    private static let patience = 200

    /// Until all that was added is written and `end` was called. `beat` is called again and again.
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
            synchronizeIfDue()
        }
        synchronize()
    }

    private func record(_ waiting: Waiting) {
        let judged = waiting.judged
        attempt("time") { () throws(SinkFailure) in
            guard waiting.isLate else { return }
            throw SinkFailure(
                description: "part \(judged.part.number): no time for its picture, which is neither kept nor searched")
        }
        let image = judged.picture.flatMap { keep($0, of: judged) }
        let told = serial(of: waiting)
        let record = json(judged, told, image)
        if let audit { attempt("records") { () throws(SinkFailure) in try audit.add(record) } }
        let verdict = PartVerdict(
            number: judged.part.number, serial: told.text, verdict: judged.verdict, wasInspected: judged.result != nil)
        state.change { state in
            if judged.picture != nil { state.pictures -= 1 }
            state.recorded.append(Recorded(verdict: verdict, frame: judged.result?.head))
        }
        wake()
    }

    private func serial(of waiting: Waiting) -> PartSerial {
        do throws(SinkFailure) {
            let serial: PartSerial
            if let known = waiting.serial {
                serial = PartSerial(text: try known.get())
            } else if let picture = waiting.judged.picture {
                serial = try serials.serial(on: picture)
            } else {
                serial = PartSerial(text: "", fault: waiting.isLate ? "no time" : "no picture")
            }
            failing.remove("serial")
            return serial
        } catch {
            tell("serial", error)
            return PartSerial(text: "", fault: error.description)
        }
    }

    /// - Returns: the file's path; `nil` where none is wanted.
    private func keep(_ picture: Frame, of judged: Judged) -> String? {
        guard let pictures, configuration.images?.what == .all || !judged.verdict.isGood else { return nil }
        return attempt("pictures") { () throws(SinkFailure) in try pictures.keep(picture, part: judged.part.number) }
    }

    /// Milliseconds between two times that records are brought to the disk: each costs a board's flash a write.
    private static let synchronizing = 1000

    private func synchronizeIfDue() {
        guard MonotonicClock.milliseconds - lastSynchronized >= Self.synchronizing else { return }
        synchronize()
    }

    private func synchronize() {
        lastSynchronized = MonotonicClock.milliseconds
        if let audit { attempt("records") { () throws(SinkFailure) in try audit.synchronize() } }
    }

    private static let mostFindings = 100

    private func json(_ judged: Judged, _ serial: PartSerial, _ image: String?) -> JSONValue {
        let (part, verdict) = (judged.part, judged.verdict)
        var members = [
            JSONMember("part", JSONValue(part.number)), JSONMember("serial", JSONValue(serial.text)),
            JSONMember("utc", JSONValue(UTC.text(monotonic: part.triggered))),
            JSONMember("source", JSONValue(configuration.source)),
            JSONMember("verdict", JSONValue(verdict.isGood ? "pass" : "fail")),
            JSONMember("reasons", JSONValue(verdict.reasons.map { JSONValue($0) })),
        ]
        if let fault = serial.fault { members.append(JSONMember("serial_fault", JSONValue(fault))) }
        if let result = judged.result {
            members.append(JSONMember("frame", JSONValue(result.head.number)))
            members.append(JSONMember(result.findings.key, result.findings.json(result.plane, most: Self.mostFindings)))
        }
        members.append(JSONMember("model_sha256", JSONValue(modelDigest)))
        if let image { members.append(JSONMember("image", JSONValue(image))) }
        members.append(JSONMember("ms", JSONValue((judged.milliseconds * 1000).rounded() / 1000)))
        return JSONValue(.object(members))
    }

    /// What fails is told once until it works again.
    @discardableResult
    private func attempt<Result>(_ what: String, _ body: () throws(SinkFailure) -> Result) -> Result? {
        do throws(SinkFailure) {
            let result = try body()
            failing.remove(what)
            return result
        } catch {
            tell(what, error)
            return nil
        }
    }

    private func tell(_ what: String, _ error: SinkFailure) {
        if failing.insert(what).inserted { report(.inspection(reason: error.description)) }
    }
}
