// Where parts get their verdict, and what follows from it.
import Capture
import JSON
import Signals
import Vision

/// Judges parts, throws bad ones out, keeps pictures and records. For one thread at a time.
final class InspectionDesk {
    /// The number of the first part: records of an earlier run are gone on with.
    let firstPart: Int
    private let inspector: Inspector
    private let serials: SerialReader
    private let modelDigest: String
    private let reject: RejectOutput?
    private var rejectWorker: Worker?
    private let pictures: PictureStore?
    private let audit: AuditLog?
    private let report: @Sendable (Notice) -> Void
    /// What nobody took any more.
    private let leftOver = Monitor<[Notice]>([])
    private var lastSynchronized = 0
    private var failing: Set<String> = []

    /// - Parameter post: is told of what goes wrong, on any thread, and says whether it can still be told further.
    /// - Throws: `PipelineError` for a line, folder or file that cannot be had.
    init(
        _ configuration: InspectionConfiguration, modelDigest: String, post: @escaping @Sendable (Notice) -> Bool
    ) throws(PipelineError) {
        inspector = Inspector(configuration: configuration)
        serials = try SerialReader(configuration.serial)
        self.modelDigest = modelDigest
        let report: @Sendable (Notice) -> Void = { [leftOver] notice in
            if !post(notice) { leftOver.change { $0.append(notice) } }
        }
        self.report = report
        do throws(SinkFailure) {
            pictures = try configuration.images.map { keeping throws(SinkFailure) in try PictureStore(keeping) }
            audit = try configuration.audit.map { path throws(SinkFailure) in try AuditLog(path: path) }
        } catch {
            throw .system(error.description)
        }
        firstPart = (audit?.lastPart ?? 0) + 1
        guard let rejects = configuration.reject else {
            reject = nil
            return
        }
        let line = try Self.line(rejects) { report(.inspection(reason: "no part can be thrown out: \($0)")) }
        let output = RejectOutput(rejects, line: line) { part, outcome in
            switch outcome {
            case .given: break
            case .late(let milliseconds): report(.rejectLate(part: part, milliseconds: milliseconds))
            case .failed(let error): report(.rejectFailed(part: part, reason: "\(error)"))
            }
        }
        reject = output
        rejectWorker = try Worker { output.work() }
    }

    deinit { endRejects() }

    private static func line(
        _ rejects: RejectConfiguration, lost: @escaping @Sendable (SignalError) -> Void
    ) throws(PipelineError) -> any RejectLine {
        switch rejects.output {
        case .gpio(let request):
            do throws(SignalError) { return try GPIOOutput(request) } catch {
                throw .system("reject: \(error)")
            }
        case .modbus(let request): return try ModbusLine(request, patience: rejects.patience, report: lost)
        }
    }

    /// Judges the part that a frame shows. `picture`: the frame, where `needsPictures` of the configuration.
    func judge(_ part: Part, on result: FrameResult, picture: Frame?) -> PartVerdict {
        let verdict = inspector.verdict(on: result)
        if !verdict.isGood { reject?.reject(part) }
        var image: String?
        if let pictures, let picture, inspector.configuration.images?.what == .all || !verdict.isGood {
            image = attempt("pictures") { () throws(SinkFailure) in try pictures.keep(picture, part: part.number) }
        }
        let serial = serial(of: part, on: picture)
        write(record(part, serial, verdict, result, image))
        return PartVerdict(number: part.number, serial: serial.text, verdict: verdict, wasInspected: true)
    }

    /// A part that nobody looked at is bad.
    func miss(_ part: Part) -> PartVerdict {
        reject?.reject(part)
        let serial = serial(of: part, on: nil)
        write(record(part, serial, Inspector.notInspected, nil, nil))
        return PartVerdict(
            number: part.number, serial: serial.text, verdict: Inspector.notInspected, wasInspected: false)
    }

    /// Milliseconds between two times that records are brought to the disk: each costs a board's flash a write.
    private static let synchronizing = 1000

    /// To be called now and then, also when nothing happens.
    func tick() {
        let now = MonotonicClock.milliseconds
        guard let audit, now - lastSynchronized >= Self.synchronizing else { return }
        lastSynchronized = now
        attempt("records") { () throws(SinkFailure) in try audit.synchronize() }
    }

    /// Gives the pulses that are due and brings all records to the disk. Returns what went wrong since nobody took notices any more.
    func finish() -> [Notice] {
        endRejects()
        if let audit { attempt("records") { () throws(SinkFailure) in try audit.synchronize() } }
        return leftOver.change { notices in
            defer { notices = [] }
            return notices
        }
    }

    private func endRejects() {
        reject?.end()
        rejectWorker?.join()
        rejectWorker = nil
    }

    private func serial(of part: Part, on picture: Frame?) -> PartSerial {
        let serial = attempt("serial") { () throws(SinkFailure) in try serials.serial(of: part, on: picture) }
        return serial ?? PartSerial(text: "")
    }

    private static let mostFindings = 100

    private func record(
        _ part: Part, _ serial: PartSerial, _ verdict: Verdict, _ result: FrameResult?, _ image: String?
    ) -> JSONValue {
        let configuration = inspector.configuration
        var members = [
            JSONMember("part", JSONValue(part.number)), JSONMember("serial", JSONValue(serial.text)),
            JSONMember("utc", JSONValue(UTC.text(monotonic: part.triggered))),
            JSONMember("source", JSONValue(configuration.source)),
            JSONMember("verdict", JSONValue(verdict.isGood ? "pass" : "fail")),
            JSONMember("reasons", JSONValue(verdict.reasons.map { JSONValue($0) })),
        ]
        if let fault = serial.fault { members.append(JSONMember("serial_fault", JSONValue(fault))) }
        if let result {
            members.append(JSONMember("frame", JSONValue(result.head.number)))
            members.append(JSONMember(result.findings.key, result.findings.json(result.plane, most: Self.mostFindings)))
        }
        members.append(JSONMember("model_sha256", JSONValue(modelDigest)))
        if let image { members.append(JSONMember("image", JSONValue(image))) }
        let took = Double(MonotonicClock.nanoseconds &- part.triggered) * 1e-6
        members.append(JSONMember("ms", JSONValue((took * 1000).rounded() / 1000)))
        return JSONValue(.object(members))
    }

    private func write(_ record: JSONValue) {
        guard let audit else { return }
        attempt("records") { () throws(SinkFailure) in try audit.add(record) }
    }

    /// What fails is told once until it works again.
    @discardableResult
    private func attempt<Result>(_ what: String, _ body: () throws(SinkFailure) -> Result) -> Result? {
        do throws(SinkFailure) {
            let result = try body()
            failing.remove(what)
            return result
        } catch {
            if failing.insert(what).inserted { report(.inspection(reason: error.description)) }
            return nil
        }
    }
}
