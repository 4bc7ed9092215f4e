// The records of parts on their way to the file.
import Capture
import JSON
import Times

/// Makes records and brings them to the file; those that cannot be written now are kept and written when they can be. For one
/// thread at a time.
final class PartRecords {
    private let configuration: InspectionConfiguration
    private let modelDigest: String
    /// `nil`: no records are wanted.
    private let file: (any RecordFile)?
    private let troubles: Troubles
    /// The oldest first.
    private var unwritten: [JSONValue] = []
    private var lastTick = 0

    /// Milliseconds between two times that records are brought to the disk: each costs a board's flash a write.
    private static let synchronizing = 1000
    private static let mostUnwritten = 1024
    private static let mostFindings = 100

    init(
        _ configuration: InspectionConfiguration, modelDigest: String, to file: (any RecordFile)?, _ troubles: Troubles
    ) {
        self.configuration = configuration
        self.modelDigest = modelDigest
        self.file = file
        self.troubles = troubles
    }

    func add(_ judged: PartRecorder.Judged, _ serial: PartSerial, image: String?) {
        guard file != nil else { return }
        if unwritten.count >= Self.mostUnwritten {
            unwritten.removeFirst()
            troubles.begin("given up", "records that cannot be written are given up, the oldest first")
        }
        unwritten.append(record(judged, serial, image))
        write()
    }

    /// To be called now and then, also when nothing happens.
    func tick() {
        let now = MonotonicClock.milliseconds
        guard now - lastTick >= Self.synchronizing else { return }
        lastTick = now
        write()
        synchronize()
    }

    /// Brings all to the disk.
    func finish() {
        write()
        synchronize()
        guard !unwritten.isEmpty else { return }
        troubles.end("given up")
        troubles.begin("given up", "\(unwritten.count) records could not be written")
    }

    private func write() {
        guard let file else { return }
        while let next = unwritten.first {
            let isWritten: Void? = troubles.attempt("records") { () throws(SinkFailure) in try file.add(next) }
            guard isWritten != nil else { return }
            unwritten.removeFirst()
        }
    }

    private func synchronize() {
        guard let file, unwritten.isEmpty else { return }
        troubles.attempt("records") { () throws(SinkFailure) in try file.synchronize() }
    }

    private func record(_ judged: PartRecorder.Judged, _ serial: PartSerial, _ image: String?) -> JSONValue {
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
}
