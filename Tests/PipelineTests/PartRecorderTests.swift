// What is kept of parts when the disk or the search for codes is slower than the parts.
import Foundation
import Imaging
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Capture
@testable import Codes
@testable import Pipeline

@Suite struct PartRecorderTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func configuration(_ json: String) throws -> InspectionConfiguration {
        let text = """
            {"sources": [{"name": "belt", "type": "camera", "device": "x", "frames": "every"}], "model": {"file": "m"},
             "inspection": {"defects": [{"name": "a"}], "audit": "audit.jsonl", \(json)}}
            """
        try text.write(toFile: folder.file("p.json"), atomically: true, encoding: .utf8)
        let read = try PipelineConfiguration.read(path: folder.file("p.json"))
        return try #require(read.inspection)
    }

    private func recorder(
        _ json: String, isLive: Bool, _ report: @escaping @Sendable (Notice) -> Void = { _ in }
    ) throws -> PartRecorder {
        try PartRecorder(try configuration(json), isLive: isLive, modelDigest: "d", report: report, wake: {})
    }

    private let allowance = FrameAllowance(FrameAllowance.ofParts)

    /// `isLate`: its picture was wanted, and too many are held.
    private func judged(_ part: Int, isGood: Bool = false, _ picture: Image? = nil) throws -> PartRecorder.Judged {
        let held = picture.flatMap { allowance.hold(.of($0, sequence: 0, time: 0), within: 0) }
        let isLate = picture != nil && held == nil
        return PartRecorder.Judged(
            part: Part(number: part, triggered: MonotonicClock.nanoseconds),
            verdict: Verdict(reasons: isGood ? [] : ["a"]), result: nil,
            picture: held, isLate: isLate, milliseconds: 1)
    }

    private func records() throws -> [JSONValue] {
        try folder.lines("audit.jsonl").map { try JSONReader.read($0, source: "record") }
    }

    private static let keeping = #""images": {"folder": "kept", "what": "all", "max_megabytes": 10}"#

    @Test("of parts that come too fast pictures are given up, told once; records never, and in order")
    func live() throws {
        let told = Mutex<[String]>([])
        let recorder = try recorder(Self.keeping, isLive: true) { notice in told.withLock { $0.append(notice.text) } }
        let picture = try Image(width: 64, height: 48, format: .rgb)
        for part in 1...20 { recorder.add(try judged(part, picture)) }
        #expect(recorder.hasRoom(within: 0))
        recorder.end()
        recorder.work {}
        #expect(recorder.takeRecorded().map(\.verdict.number) == Array(1...20))
        #expect(recorder.takeRecorded().isEmpty)
        let records = try records()
        #expect(records.map { $0["part"] } == (1...20).map { JSONValue($0) })
        #expect(records.map { $0["image"] != nil } == (1...20).map { $0 <= 8 })
        let notices = told.withLock { $0 }
        #expect(notices == ["part 9: no time for its picture, which is neither kept nor searched"])
    }

    @Test("a code for which there is no time is told as that, and a serial that needs no picture is there all the same")
    func late() throws {
        let picture = try Image(width: 64, height: 48, format: .rgb)
        func faults(_ serial: String) throws -> [JSONValue?] {
            let recorder = try recorder(#""serial": \#(serial)"#, isLive: true)
            for part in 1...10 { recorder.add(try judged(part, part == 1 ? nil : picture)) }
            recorder.end()
            recorder.work {}
            return try records().suffix(10).map { $0["serial_fault"] ?? $0["serial"] }
        }
        #expect(try faults(#"{"type": "counter", "prefix": "A"}"#) == (1...10).map { JSONValue("A\($0)") })
        guard CodeReader.absence() == nil else { return }
        let codes = try faults(#"{"type": "code"}"#)
        #expect(codes[0] == JSONValue("no picture") && codes[9] == JSONValue("no time"))
        #expect(codes[1..<9].allSatisfy { $0 == JSONValue("no code") })
    }

    @Test("a picture that nobody wants any more makes room at once")
    func allowed() throws {
        let recorder = try recorder(#""images": {"folder": "kept", "max_megabytes": 10}"#, isLive: true)
        let picture = try Image(width: 64, height: 48, format: .rgb)
        for part in 1...20 { recorder.add(try judged(part, isGood: part % 3 > 0, picture)) }
        recorder.end()
        recorder.work {}
        #expect(try records().map { $0["image"] != nil } == (1...20).map { $0 % 3 == 0 })
        // And all are given back at the end.
        let held = (0..<FrameAllowance.ofParts).compactMap { _ in
            allowance.hold(.of(picture, sequence: 0, time: 0), within: 0)
        }
        #expect(held.count == FrameAllowance.ofParts)
    }

    @Test(
        "so many parts may wait: of a recording the next waits too, of a camera it has no record and its verdict is told"
    )
    func bounded() throws {
        let recording = try recorder(#""serial": {"type": "counter"}"#, isLive: false)
        var count = 0
        while recording.hasRoom(within: 0) {
            count += 1
            recording.add(try judged(count))
        }
        #expect(count == 1024)
        recording.end()
        recording.work {}
        // What is written and not told counts too.
        #expect(!recording.hasRoom(within: 0))
        #expect(recording.takeRecorded().count == 1024 && recording.hasRoom(within: 0))

        let told = Mutex<[String]>([])
        let live = try recorder(#""serial": {"type": "counter"}"#, isLive: true) { notice in
            told.withLock { $0.append(notice.text) }
        }
        for part in 1...1030 { live.add(try judged(part)) }
        #expect(live.hasRoom(within: 0) && live.takeRecorded().map(\.verdict.number) == Array(1025...1030))
        live.end()
        live.work {}
        #expect(live.takeRecorded().map(\.verdict.number) == Array(1...1024))
        #expect(told.withLock { $0 } == ["no time for 6 parts: they are neither recorded nor kept"])
    }

    /// A disk that is full from some record on, until it is not.
    private final class FullDisk: RecordFile {
        var isFull = false
        var records: [JSONValue] = []

        func add(_ record: JSONValue) throws(SinkFailure) {
            guard !isFull else { throw SinkFailure(description: "no room") }
            records.append(record)
        }

        func synchronize() throws(SinkFailure) {}
    }

    @Test("records that cannot be written are written when they can be, in order; the trouble is told once")
    func fullDisk() throws {
        let told = Mutex<[String]>([])
        let disk = FullDisk()
        let records = PartRecords(
            try configuration(#""serial": {"type": "counter"}"#), modelDigest: "d", to: disk,
            Troubles { notice in told.withLock { $0.append(notice.text) } })
        func add(_ part: Int) throws { records.add(try judged(part), PartSerial(text: "\(part)"), image: nil) }
        try add(1)
        disk.isFull = true
        for part in 2...4 { try add(part) }
        #expect(disk.records.count == 1)
        disk.isFull = false
        try add(5)
        #expect(disk.records.map { $0["part"] } == (1...5).map { JSONValue($0) })
        disk.isFull = true
        for part in 6...1032 { try add(part) }
        records.finish()
        disk.isFull = false
        try add(1033)
        #expect(disk.records.map { $0["part"] } == ((1...5).map { $0 } + (10...1033)).map { JSONValue($0) })
        let notices = told.withLock { $0 }
        let givenUp = "records that cannot be written are given up, the oldest first"
        #expect(notices == ["no room", "no room", givenUp, "1024 records could not be written"])
    }

    @Test("the serial in a file is what stood there at the verdict")
    func file() throws {
        let recorder = try recorder(#""serial": {"type": "file", "path": "serial"}"#, isLive: true)
        for serial in ["first", "second"] {
            try serial.write(toFile: folder.file("serial"), atomically: true, encoding: .utf8)
            recorder.add(try judged(1))
        }
        try FileManager.default.removeItem(atPath: folder.file("serial"))
        recorder.add(try judged(2))
        recorder.end()
        recorder.work {}
        let records = try records()
        #expect(records.map { $0["serial"] } == ["first", "second", ""].map { JSONValue($0) })
        #expect(records[0]["serial_fault"] == nil && records[2]["serial_fault"] != nil)
    }

    @Test(
        "codes that take long to find hold up no verdict",
        .enabled(if: CodeReader.absence(of: .datamatrix) == nil, "needs libdmtx: scripts/setup.sh inspection"))
    func slow() throws {
        var random = SplitMix(state: 7)
        let noise = try Image(
            width: 1200, height: 900, format: .grey,
            bytes: (0..<1200 * 900).map { _ in UInt8.random(in: 0...255, using: &random) })
        let hooks = InspectionDesk.Hooks(post: { _ in true }, wake: {})
        let desk = try InspectionDesk(
            configuration(#""serial": {"type": "code", "format": "datamatrix"}"#), isLive: true, modelDigest: "d",
            Ledger(sources: ["belt"]), hooks)
        let head = FrameHead(number: 1, sequence: 1, width: 10, height: 10, time: 0, faults: [], isDamaged: false)
        let result = FrameResult(source: "belt", head: head, findings: .detections([]), times: FrameTimes(arrived: 0))
        let subjects = (1...4).map { part in
            let picture = allowance.hold(.of(noise, sequence: 0, time: 0), within: 0)
            return Subject(part: Part(number: part, triggered: 0), picture: picture, isLate: false)
        }
        let start = ContinuousClock.now
        for subject in subjects { desk.judge(subject, on: result) }
        let judged = ContinuousClock.now - start
        _ = desk.finish()
        let recorded = ContinuousClock.now - start
        #expect(recorded > .milliseconds(1600) && judged < recorded / 4)
        #expect(desk.takeRecorded().map(\.verdict.number) == [1, 2, 3, 4])
        #expect(try records().allSatisfy { $0["serial_fault"] == JSONValue("no code in the time there is") })
    }
}
