// The synthetic camera: the same bytes for the same seed, in every format, and the faults that are asked for.
import Imaging
import Testing

@testable import Capture

@Suite struct SyntheticCameraTests {
    private func request(_ format: FourCC = "GREY", _ change: (inout SyntheticRequest) -> Void = { _ in })
        -> SyntheticRequest
    {
        var request = SyntheticRequest(format: format, width: 96, height: 64, rate: 100, seed: 7, frames: 6)
        change(&request)
        return request
    }

    private func frames(_ request: SyntheticRequest) throws -> [Frame] {
        try SyntheticCamera(request, pace: .fastest).all()
    }

    private func luma(_ frame: Frame) throws -> [UInt8] {
        try FrameDecoder().withPicture(of: frame) { picture, _ in
            let format = picture.format
            let target = RawConverter.Target(width: format.width, height: format.height, colour: .grey)
            return try #require(try RawConverter(format, to: target)).bytes(of: picture)
        }
    }

    @Test("the same request gives the same bytes, another seed others, and no two frames are alike")
    func deterministic() throws {
        let (first, again) = (try frames(request()), try frames(request()))
        #expect(first.map { $0.bytes } == again.map { $0.bytes } && first.count == 6)
        #expect(first.map { $0.time } == (0..<6).map { UInt64($0) * 10_000_000 })
        #expect(Set(first.map { $0.bytes }).count == 6)
        let other = try frames(request { $0.seed = 8 })
        #expect(other[0].bytes != first[0].bytes)
        // What machines of other architectures must draw, too.
        let sum = first[5].bytes.reduce(UInt64(1)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        #expect(sum == 15_222_465_993_604_762_786, "\(sum)")
    }

    @Test("every format shows the same scene")
    func formats() throws {
        let reference = try luma(try #require(try frames(request("RGB3")).last))
        for format in SyntheticEncoding.formats where format != "Y16" {
            let frames = try frames(request(format))
            let found = try luma(try #require(frames.last))
            let worst = zip(found, reference).map { abs(Int($0) - Int($1)) }.max() ?? 255
            let mean = zip(found, reference).map { abs(Int($0) - Int($1)) }.reduce(0, +) / found.count
            let isCoarse: Bool = ["MJPG", "RGGB", "BG12"].contains(format)
            #expect(isCoarse ? mean <= 4 : worst <= 3, "\(format): \(worst), \(mean)")
        }
        let words = try frames(request("Y16"))
        #expect(words[0].bytes.count == 96 * 64 * 2 && words[0].format.strides == [192])
    }

    @Test("things move, inside the picture, and stand out from the ground")
    func objects() throws {
        let request = request("RGB3") { $0.objects = 1 }
        let scene = SyntheticScene(request)
        var places = Set<[Int]>()
        for frame in 0..<1000 {
            let box = scene.place(of: 0, in: frame)
            places.insert([box.x, box.y])
            #expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 96 && box.y + box.height <= 64)
        }
        #expect(places.count > 20)
        let box = scene.place(of: 0, in: 3)
        let picture = scene.picture(3, isDark: false)
        let centre = 3 * ((box.y + box.height / 2) * 96 + box.x + box.width / 2)
        #expect(picture[centre..<centre + 3].max() ?? 0 > 220 && picture[centre..<centre + 3].min() ?? 255 < 30)
    }

    @Test("faults come when they are asked for")
    func faults() throws {
        let camera = try SyntheticCamera(
            request {
                $0.frames = 20
                $0.faults = [
                    SyntheticFault(.dark, 2..<4), SyntheticFault(.frozen, 5..<8), SyntheticFault(.drop, 9..<11),
                    SyntheticFault(.stall, 12..<14), SyntheticFault(.cut, 15..<16),
                ]
            }, pace: .fastest)
        let frames = try camera.all()
        #expect(frames.map { Int($0.sequence) } == [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 15, 16, 17, 18, 19])
        #expect(camera.counts == SourceCounts(frames: 16, lost: 2))
        let means = frames.map { frame in frame.bytes.reduce(0) { $0 + Int($1) } / frame.bytes.count }
        #expect(means[2] < 12 && means[3] < 12 && means[4] > 60 && frames[2].bytes != frames[3].bytes)
        #expect(frames[5].bytes == frames[6].bytes && frames[6].bytes == frames[7].bytes)
        #expect(frames[8].bytes != frames[7].bytes)
        #expect(frames[11].bytes.count == 96 * 64 / 2 && frames[12].bytes.count == 96 * 64)
        let cut = try SyntheticCamera(request("MJPG") { $0.faults = [SyntheticFault(.cut, 0..<1)] }, pace: .fastest)
        let marks = try cut.all().map { frame in
            try FrameDecoder().withPicture(of: frame) { _, isDamaged in isDamaged }
        }
        #expect(marks == [true, false, false, false, false, false])
    }

    @Test("at its own pace it keeps its rate, and who is late has lost frames")
    func paced() throws {
        let camera = try SyntheticCamera(request { $0.frames = nil })
        let start = ContinuousClock.now
        var count = 0
        while count < 6, case .frame = try camera.next(within: 1000) { count += 1 }
        #expect(ContinuousClock.now - start > .milliseconds(48))
        MonotonicClock.sleep(milliseconds: 120)
        guard case .frame(let late) = try camera.next(within: 1000) else {
            return #expect(Bool(false), "no frame")
        }
        #expect(late.sequence >= 16 && camera.counts.lost >= 10)
        #expect(camera.counts.lost + camera.counts.frames == Int(late.sequence) + 1)
    }

    @Test("what it has not is refused in words")
    func refusals() throws {
        func words(_ change: (inout SyntheticRequest) -> Void) -> String {
            do { _ = try SyntheticCamera(request("GREY", change)) } catch { return "\(error)" }
            return ""
        }
        #expect(words { $0.format = "H264" }.hasPrefix("synthetic camera: it has no H264, but YUYV, "))
        #expect(words { $0.width = 33 }.hasPrefix("synthetic camera: it has no 33x64, but even sizes from "))
        #expect(words { $0.objects = -1 } == "synthetic camera: it draws 0 to 1000 objects")
        #expect(words { $0.rate = .nan } != "")
        #expect(words { $0.rate = 0 } == "synthetic camera: it has no rate of 0.0 frames a second")
    }
}
