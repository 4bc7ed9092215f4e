// Records into bits and back.
import TestSupport
import Testing

@testable import Link

@Suite struct RecordTests {
    @Test("records of every kind come back as they were, alone and among others", arguments: 1...3)
    func roundTrip(seed: Int) throws {
        var records = RandomRecords(random: SplitMix(state: UInt64(seed)))
        for kind in 0..<RandomRecords.kinds {
            for _ in 0..<50 {
                guard let record = records.record(kind) else {
                    // A track without a place has no short form.
                    #expect(kind == 2, "seed \(seed) kind \(kind)")
                    continue
                }
                let others = (0..<3).compactMap { _ in records.record([0, 1, 4, 6, 9][Int(seed) % 5]) }
                // What reaches to the packet's end is its last.
                let payload = Payload(others + [record])
                #expect(Payload(bytes: payload.bytes) == payload, "seed \(seed)")
                #expect(Payload(bytes: Payload([record]).bytes).records == [record], "seed \(seed)")
                let bits = payload.records.reduce(0) { $0 + $1.bitCount }
                #expect((bits + 7) / 8 == payload.bytes.count)
            }
        }
    }

    private func bits(_ kind: Int) -> Set<Int> {
        var records = RandomRecords(random: SplitMix(state: 1))
        return Set((0..<100).compactMap { _ in records.record(kind)?.bitCount })
    }

    @Test(
        "a new track takes 12 bytes, an update less than 6, a short one 8; alone with head and tag 23, 17 and, bare, 11"
    )
    func sizes() {
        #expect(bits(0) == [42])
        #expect(bits(1) == [96, 57])
        #expect(bits(2) == [59])
        #expect(12 + PacketForm.compact.overhead == 23)
        #expect(6 + PacketForm.compact.overhead == 17)
        #expect(8 + PacketForm.bare.overhead == 11)
        // A first look fits a modem's frame of 233 bytes.
        let chip = ChipRecord(
            track: TrackTag(of: 1), width: 32, height: 32, bytes: [UInt8](repeating: 1, count: ChipRecord.usualBytes))
        let whole = chip.map { Payload([.chip($0)]).bytes.count + PacketForm.compact.overhead }
        #expect(whole == 233)
    }

    @Test("any bytes are records or an error, and what they say can be said again", arguments: 1...3)
    func hostile(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        var records = RandomRecords(random: SplitMix(state: UInt64(seed)))
        var read = 0
        for _ in 0..<4000 {
            var bytes: [UInt8]
            if Bool.random(using: &random) {
                let count = Int.random(in: 0...60, using: &random)
                bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            } else {
                let kinds = (0..<3).map { _ in Int.random(in: 0..<RandomRecords.kinds, using: &random) }
                bytes = Payload(kinds.filter { $0 != 15 }.compactMap { records.record($0) }).bytes
                if !bytes.isEmpty {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                        1 << UInt8.random(in: 0...7, using: &random)
                }
            }
            let payload = Payload(bytes: bytes)
            if payload.fault == nil { read += 1 }
            if Payload(bytes: payload.bytes).records != payload.records { Issue.record("seed \(seed): \(bytes)") }
            for record in payload.records where record.json.text.isEmpty { Issue.record("\(record)") }
        }
        #expect(read > 200)
    }

    @Test("a packet that ends inside a record, a later version's record and bits behind the last are errors")
    func refusals() {
        func reason(_ bytes: [UInt8]) -> LinkError? { Payload(bytes: bytes).fault }
        #expect(reason([]) == nil)
        #expect(reason([0]) == .short)
        #expect(reason([0b1111_1110]) == .unknownRecord(31))
        // The names, three bits of the kind, and filling.
        #expect(reason([0b1110_0000, 0b1100_0000]) == nil)
        #expect(reason([0b1110_0000, 0b1100_0001]) == .contradiction("filling that is not zero"))
    }

    @Test("what stands before a record of a later version is read, and a chip goes to the end")
    func rest() throws {
        let gone = GoneRecord(track: TrackTag(of: 5), reason: .lost, age: Age(seconds: 1))
        var writer = BitWriter()
        Record.gone(gone).write(to: &writer)
        writer.write(0b11_11111, bits: 7)
        let payload = Payload(bytes: writer.bytes)
        #expect(payload.records == [.gone(gone)] && payload.fault == .unknownRecord(31))
        let chip = try #require(ChipRecord(track: TrackTag(of: 1), width: 16, height: 16, bytes: [1, 2, 3]))
        #expect(Payload([.chip(chip), .gone(gone)]).records == [.gone(gone), .chip(chip)])
        // A piece must not be empty, nor longer than a record takes.
        for (size, pieces) in [(10, 8), (16383, 1), (0, 1), (5, 6)] {
            let object = ObjectRecord(
                number: 1, kind: .names, track: TrackTag(of: 0), size: size, pieces: pieces, check: 0)
            #expect(object == nil, "\(size) \(pieces)")
        }
        #expect(Payload(bytes: Array(Payload([.text(TextRecord("ab🙂"))]).bytes.dropLast())).fault == .short)
    }

    @Test("measures lose no more than half a step")
    func measures() {
        for probability in stride(from: 0.03, through: 0.97, by: 0.01) {
            let back = Confidence(probability).probability ?? 0
            #expect(abs(back - probability) < 0.063, "\(probability) \(back)")
        }
        #expect(Confidence(0.97).probability ?? 0 > 0.96 && Confidence(.nan).step >= 1)
        for seconds in stride(from: 0.0, to: 25.2, by: 0.07) {
            #expect(abs(Age(seconds: seconds).seconds - seconds) <= 0.1000001)
        }
        #expect(Age(seconds: 25.4).isOld && Age(seconds: .nan).isOld && Age(seconds: -3).seconds == 0)
        #expect(ErrorClass(metres: 4) == .upTo5 && ErrorClass(metres: .nan) == .more && ErrorClass(metres: 0) == .upTo2)
        let box = PictureBox(middleX: 0.3, middleY: 0.7, width: 0.05, height: 0.2)
        #expect(abs(box.middle.x - 0.3) < 0.002 && abs(box.middle.y - 0.7) < 0.002)
        #expect(abs(box.width / 0.05 - 1) < 0.1 && abs(box.height / 0.2 - 1) < 0.1)
        let ellipse = EllipseRecord(track: TrackTag(of: 1), major: 40, minor: 7, bearing: 200)
        #expect(ellipse.major >= 40 && ellipse.major < 48 && ellipse.minor >= 7 && ellipse.minor < 8.4)
        #expect(abs(ellipse.bearing - 20) < 3)
        let motion = MotionRecord(track: TrackTag(of: 1), speed: 1.4, course: -90)
        #expect(abs(motion.speed - 1.4) < 0.13 && motion.course == 270)
        for wrong in [Double.nan, .infinity, -.infinity, 1e300, -1e300] {
            _ = PictureBox(middleX: wrong, middleY: wrong, width: wrong, height: wrong)
            _ = EllipseRecord(track: TrackTag(of: 1), major: wrong, minor: wrong, bearing: wrong)
            _ = MotionRecord(track: TrackTag(of: 1), speed: wrong, course: wrong)
            _ = PoseRecord(
                age: Age(seconds: wrong), place: .origin, height: GridHeight(wrong), yaw: wrong, pitch: wrong,
                view: wrong)
            _ = HealthRecord(
                camera: 0, faults: [], rate: wrong, waiting: .max, free: wrong, temperature: wrong, battery: wrong)
        }
        #expect(TextRecord(String(repeating: "ä", count: 100)).text.utf8.count == 126)
    }

    @Test("a running number is found again by its last bits, 511 before and 512 after one that is known")
    func numbers() {
        for known in [0, 1, 500, 1023, 1024, 5000, 123_456] {
            for number in max(known - 511, 0)...(known + 512) {
                if TrackTag(of: number).number(near: known) != number { Issue.record("\(number) near \(known)") }
            }
        }
    }
}
