// Which mode of a camera is chosen.
import Testing

@testable import Capture

@Suite struct ModeChoiceTests {
    private func mode(_ format: FourCC, _ width: Int, _ height: Int, _ rates: [Double] = [30]) -> FrameMode {
        FrameMode(format: format, width: width, height: height, rates: rates)
    }

    /// A usual webcam: raw pictures are slow where they are large.
    private var webcam: [FrameMode] {
        [
            mode("YUYV", 640, 480), mode("YUYV", 1280, 720, [10]), mode("YUYV", 320, 240), mode("MJPG", 640, 480),
            mode("MJPG", 1280, 720), mode("MJPG", 1920, 1080), mode("H264", 1920, 1080),
        ]
    }

    private func chosen(_ modes: [FrameMode], _ change: (inout CameraRequest) -> Void = { _ in }) -> String {
        var request = CameraRequest(camera: "c")
        change(&request)
        do throws(CaptureError) {
            let mode = try request.choice(of: modes)
            return "\(mode.format) \(mode.width)x\(mode.height)"
        } catch { return "\(error)" }
    }

    @Test("large enough, then fast enough, then cheap")
    func order() {
        #expect(chosen(webcam) == "YUYV 640x480")
        #expect(chosen(webcam) { $0.need = PictureNeed(width: 320, height: 320) } == "YUYV 320x240")
        #expect(chosen(webcam) { $0.need = PictureNeed(width: 1024, height: 640) } == "MJPG 1280x720")
        #expect(chosen(webcam) { $0.need = PictureNeed(width: 4000, height: 3000) } == "MJPG 1920x1080")
        #expect(
            chosen(webcam) {
                $0.need = PictureNeed(width: 1024, height: 640)
                $0.rate = 10
            } == "YUYV 1280x720")
    }

    @Test("what is asked for by name is taken, whatever it costs")
    func asked() {
        #expect(chosen(webcam) { $0.format = "MJPG" } == "MJPG 640x480")
        #expect(chosen(webcam) { $0.width = 1280 } == "MJPG 1280x720")
        #expect(
            chosen(webcam) {
                $0.format = "YUYV"
                $0.height = 720
            } == "YUYV 1280x720")
    }

    @Test("grey pictures serve a grey model, and one in colour only where there are no others")
    func colour() {
        let both = [mode("GREY", 640, 480), mode("MJPG", 640, 480)]
        #expect(chosen(both) == "MJPG 640x480")
        #expect(chosen(both) { $0.need.isGrey = true } == "GREY 640x480")
        #expect(chosen([mode("Y16", 160, 120)]) == "Y16 160x120")
    }

    @Test("a sensor's own samples are taken where there is nothing else")
    func mosaics() {
        let modes = [mode("RGGB", 1280, 720), mode("MJPG", 320, 240, [10]), mode("pRAA", 640, 480)]
        #expect(chosen(modes) == "MJPG 320x240")
        #expect(chosen([modes[0], modes[2]]) == "pRAA 640x480")
        #expect(chosen([modes[0], mode("GREY", 640, 480)]) == "RGGB 1280x720")
        #expect(chosen(modes) { $0.format = "RGGB" } == "RGGB 1280x720")
    }

    @Test("what the library reads is taken where nothing that is read without it is as good", hasWebcams)
    func webcams() {
        let modes = [mode("XR24", 640, 480), mode("MJPG", 640, 480), mode("MJPG", 320, 240)]
        #expect(chosen(modes) == "MJPG 640x480")
        #expect(chosen([modes[0], modes[2]]) == "XR24 640x480")
        #expect(chosen([mode("S910", 352, 288), mode("BA81", 160, 120)]) == "S910 352x288")
        #expect(chosen([mode("S910", 352, 288), mode("S401", 160, 120)]) == "S401 160x120")
        #expect(chosen([mode("S920", 320, 240), mode("S501", 320, 240)]) == "S501 320x240")
        // Sizes that no such webcam has.
        #expect(chosen([mode("S910", 4096, 3072), mode("S910", 352, 288)]) == "S910 352x288")
        #expect(chosen([mode("S910", 4096, 3072)]).hasPrefix("c: none of its formats"))
    }

    @Test("what does not fit is refused with what there is")
    func refusals() {
        #expect(
            chosen(webcam) {
                $0.format = "YUYV"
                $0.width = 800
            } == "c: it has no YUYV 800xany; it offers YUYV 640x480, YUYV 1280x720, YUYV 320x240")
        #expect(
            chosen([mode("H264", 640, 480), mode("HEVC", 640, 480)])
                == "c: none of its formats is read here: H264, HEVC")
        #expect(chosen([]) == "c: it lists no format")
        #expect(chosen(webcam) { $0.format = "NV12" }.hasPrefix("c: it has no NV12; it offers YUYV 640x480, "))
    }
}

@Suite struct FrameOrderTests {
    @Test("gaps are lost frames, older ones are late, a count that begins anew or stands still is no gap")
    func order() {
        var order = FrameOrder()
        #expect(order.place(of: 7) == .next(lost: 0))
        #expect(order.place(of: 8) == .next(lost: 0))
        #expect(order.place(of: 11) == .next(lost: 2))
        #expect(order.place(of: 9) == .late)
        #expect(order.place(of: 11) == .next(lost: 0))
        #expect(order.place(of: 12) == .next(lost: 0))
        #expect(order.place(of: 2000) == .next(lost: 1987))
        for _ in 0..<3 { #expect(order.place(of: 0) == .next(lost: 0)) }
    }

    @Test("the count may wrap")
    func wraps() {
        var order = FrameOrder()
        #expect(order.place(of: .max) == .next(lost: 0))
        #expect(order.place(of: 1) == .next(lost: 1))
        #expect(order.place(of: 0) == .late)
    }
}

@Suite struct BackoffTests {
    @Test("waits double up to five seconds and begin anew after success")
    func doubles() {
        var backoff = Backoff()
        #expect(backoff.wait(at: 1000) == 0)
        var waits: [Int] = []
        for _ in 0..<8 {
            backoff.failed(at: 1000)
            waits.append(backoff.wait(at: 1000))
        }
        #expect(waits == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
        #expect(backoff.wait(at: 5900) == 100 && backoff.attempts == 8)
        backoff.succeeded()
        #expect(backoff.wait(at: 1000) == 0)
    }
}
