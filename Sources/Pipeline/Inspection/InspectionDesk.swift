// Where parts get their verdict, and what follows from it.
import Capture
import Signals
import Threads

/// Judges parts, throws bad ones out, hands all over to be recorded. For one thread at a time.
final class InspectionDesk {
    /// The number of the first part: records of an earlier run are gone on with.
    let firstPart: Int
    private let inspector: Inspector
    private let reject: RejectOutput?
    private let recorder: PartRecorder
    private var workers: [SystemThread] = []
    /// What nobody took any more.
    private let leftOver = Monitor<[Notice]>([])

    /// What the desk's threads tell.
    struct Hooks: Sendable {
        /// Is told of what goes wrong and says whether it can still be told further.
        var post: @Sendable (Notice) -> Bool
        /// Is called when there is something for `takeRecorded`.
        var wake: @Sendable () -> Void
    }

    /// - Parameter isLive: parts come whether or not there is time for them.
    /// - Throws: `PipelineError` for a line, folder, file or thread that cannot be had.
    init(
        _ configuration: InspectionConfiguration, isLive: Bool, modelDigest: String, _ ledger: Ledger, _ hooks: Hooks
    ) throws(PipelineError) {
        inspector = Inspector(configuration: configuration)
        let report: @Sendable (Notice) -> Void = { [leftOver] notice in
            if !hooks.post(notice) { leftOver.change { $0.append(notice) } }
        }
        let recorder = try PartRecorder(
            configuration, isLive: isLive, modelDigest: modelDigest, report: report, wake: hooks.wake)
        self.recorder = recorder
        firstPart = recorder.lastPart + 1
        reject = try configuration.reject.map { rejects throws(PipelineError) in
            try Self.output(rejects, report)
        }
        workers.append(
            try SystemThread.working {
                recorder.work { ledger.beat(.records) }
                ledger.end(.records)
            })
        guard let reject else { return }
        workers.append(
            try SystemThread.working {
                reject.work { ledger.beat(.rejects) }
                ledger.end(.rejects)
            })
    }

    deinit { end() }

    private static func output(
        _ rejects: RejectConfiguration, _ report: @escaping @Sendable (Notice) -> Void
    ) throws(PipelineError) -> RejectOutput {
        let line = try line(rejects) { report(.inspection(reason: "no part can be thrown out: \($0)")) }
        return RejectOutput(rejects, line: line) { part, outcome in
            switch outcome {
            case .given: break
            case .late(let milliseconds): report(.rejectLate(part: part, milliseconds: milliseconds))
            case .failed(let error): report(.rejectFailed(part: part, reason: "\(error)"))
            }
        }
    }

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

    /// Judges the part that a frame shows.
    func judge(_ subject: Subject, on result: FrameResult) {
        settle(subject.part, inspector.verdict(on: result), result, subject)
    }

    /// A part that nobody looked at is bad.
    func miss(_ part: Part) { settle(part, Inspector.notInspected, nil, nil) }

    private func settle(_ part: Part, _ verdict: Verdict, _ result: FrameResult?, _ subject: Subject?) {
        if !verdict.isGood { reject?.reject(part) }
        let took = Double(MonotonicClock.nanoseconds &- part.triggered) * 1e-6
        recorder.add(
            PartRecorder.Judged(
                part: part, verdict: verdict, result: result, picture: subject?.picture,
                isLate: subject?.isLate ?? false, milliseconds: took))
    }

    /// Verdicts whose records are written, in the order of the parts' verdicts: each is told once.
    func takeRecorded() -> [PartRecorder.Recorded] { recorder.takeRecorded() }

    /// Whether there is room for one more part, after `milliseconds` at most.
    func hasRoom(within milliseconds: Int) -> Bool { recorder.hasRoom(within: milliseconds) }

    /// Gives the pulses that are due and brings all records to the disk. Returns what went wrong since nobody took notices any more.
    func finish() -> [Notice] {
        end()
        return leftOver.change { notices in
            defer { notices = [] }
            return notices
        }
    }

    private func end() {
        reject?.end()
        recorder.end()
        for worker in workers { worker.join() }
        workers = []
    }
}
