// Records of every kind, drawn from a seed.
import TestSupport

@testable import Link

struct RandomRecords {
    var random: SplitMix

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func part() -> Double { Double.random(in: 0...1, using: &random) }
    private mutating func tag() -> TrackTag { TrackTag(of: number(0...100_000)) }
    private mutating func age() -> Age { Age(seconds: part() * 30) }
    private mutating func confidence() -> Confidence { part() < 0.1 ? .untold : Confidence(part()) }
    private mutating func error() -> ErrorClass { ErrorClass.allCases[number(0...6)] }
    private mutating func bytes(_ range: ClosedRange<Int>) -> [UInt8] {
        (0..<number(range)).map { _ in UInt8(number(0...255)) }
    }

    mutating func place() -> GridPlace {
        GridPlace(east: number(-8192...8191), north: number(-8192...8191)) ?? .origin
    }

    private mutating func height() -> GridHeight { part() < 0.1 ? .unknown : GridHeight(part() * 4000) }

    mutating func track() -> TrackRecord {
        let position =
            part() < 0.2 ? nil : TrackRecord.Position(place: place(), height: height(), error: error())
        let box = PictureBox(middleX: part(), middleY: part(), width: part(), height: part())
        return TrackRecord(
            track: tag(), objectClass: number(0...31), confidence: confidence(), age: age(), position: position,
            box: box)
    }

    mutating func area() -> Area? {
        let origin = EarthPlace(latitude: part() * 170 - 85, longitude: part() * 360 - 180)
        return Area(origin: origin, base: number(-400...8800), datum: part() < 0.5 ? .ellipsoid : .meanSeaLevel)
    }

    private mutating func request() -> RequestRecord {
        let all: [RequestRecord] = [
            .track(number: number(0...1 << 32 - 1)), .chip(number: number(0...99_999), level: number(0...3)),
            .scene(camera: number(0...63)), .names, .contexts,
            .enough(object: number(0...255)), .object(number(0...255)),
        ]
        return all[number(0...6)]
    }

    static let kinds = 21

    /// One of each kind by its number.
    mutating func record(_ kind: Int) -> Record? {
        switch kind {
        case 0:
            .update(
                UpdateRecord(
                    track: tag(), age: age(), place: LowPlace(of: place()), confidence: confidence(), error: error()))
        case 1: .track(track())
        case 2: ShortRecord(track()).map { .short($0) }
        case 3:
            .context(
                ContextRecord(
                    number: number(0...300), camera: number(0...63), area: part() < 0.2 ? nil : area(),
                    names: UInt32(number(0...0xffff_ffff)), model: UInt32(number(0...0xffff_ffff)),
                    newestTrack: number(0...1 << 31)))
        case 4:
            ClockRecord(epochsBack: number(0...255), began: number(0...1 << 42), doubt: number(0...100_000)).map {
                .clock($0)
            }
        case 5:
            EarlierRecord(epochsBack: number(0...255), seconds: number(0...1 << 25), track: number(0...1 << 31)).map {
                .earlier($0)
            }
        case 6: .gone(GoneRecord(track: tag(), reason: GoneRecord.Reason.allCases[number(0...3)], age: age()))
        case 7:
            .ellipse(
                EllipseRecord(
                    track: tag(), major: part() * 3000, minor: part() * 300, bearing: part() * 720 - 360,
                    doubts: PlaceDoubts(rawValue: number(0...15))))
        case 8: .motion(MotionRecord(track: tag(), speed: part() * 40, course: part() * 720 - 360))
        case 9: .event(EventRecord(number: number(0...1 << 32 - 1), rule: number(0...31), track: tag(), age: age()))
        case 10:
            .part(
                PartRecord(
                    number: number(0...1 << 32 - 1), isGood: part() < 0.5, wasInspected: part() < 0.5,
                    reason: part() < 0.3 ? nil : number(0...30), age: age()))
        case 11:
            .pose(
                PoseRecord(
                    age: age(), place: place(), height: height(), yaw: part() * 720 - 360, pitch: part() * 180 - 90,
                    view: part() < 0.2 ? nil : part() * 130))
        case 12:
            .health(
                HealthRecord(
                    camera: number(0...63), faults: CameraFaults(rawValue: number(0...255)), rate: part() * 80,
                    waiting: number(0...100_000), free: part(), temperature: part() < 0.3 ? nil : part() * 150 - 40,
                    battery: part() < 0.3 ? nil : part()))
        case 13: .tally(TallyRecord(packets: number(0...200_000)))
        case 14: .text(TextRecord(String(repeating: "mö🙂", count: number(0...20))))
        case 15:
            ChipRecord(
                track: tag(), width: ChipRecord.sides[number(0...7)], height: ChipRecord.sides[number(0...7)],
                bytes: bytes(1...219)
            ).map { .chip($0) }
        case 16:
            ObjectRecord(
                number: number(0...255), kind: ObjectRecord.Kind.allCases[number(0...2)], level: number(0...3),
                track: tag(), size: number(8192...16383), pieces: number(64...90), width: number(0...511),
                height: number(0...511),
                check: number(0...65535)
            ).map { .object($0) }
        case 17: PieceRecord(object: number(0...255), index: number(0...255), bytes: bytes(1...256)).map { .piece($0) }
        case 18: receipt().map { .receipt($0) }
        case 19: .request(request())
        default:
            .verdict(
                VerdictRecord(track: number(0...1 << 32 - 1), verdict: VerdictRecord.Verdict.allCases[number(0...3)]))
        }
    }

    private mutating func receipt() -> ReceiptRecord? {
        var counters = [number(3_000_000...4_000_000)]
        for _ in 0..<number(0...31) {
            let widest = [8, 100, 1000, 65536][number(0...3)]
            counters.append(counters[counters.count - 1] - number(1...widest))
        }
        return ReceiptRecord(epoch: number(0...300), held: age(), counters: counters)
    }
}
