// A real driver's frames and faults.
import Glibc
import Testing

@testable import Capture

extension TestCameraTests {
    @Suite struct VideoStreamTests {
        /// Webcams of one plane and of several.
        private static let camera = "/dev/video0"
        private static let multiplanar = "/dev/video1"

        private func device(_ path: String = camera) throws -> VideoDevice { try VideoDevice(path: path) }

        private func mode(_ format: FourCC, _ width: Int = 320, _ height: Int = 180) -> FrameMode {
            FrameMode(format: format, width: width, height: height, rates: [])
        }

        /// Presses one of the buttons by which vivid fails.
        private func press(_ name: String, on device: VideoDevice, value: Int64 = 1) throws {
            let control = try #require(try device.controls().first { $0.name == name })
            try device.set(control, to: value)
        }

        private func next(_ stream: VideoStream) throws -> Frame { try #require(try stream.next(within: 5000)) }

        @Test("the list of cameras tells formats, sizes, rates and controls")
        func listing() throws {
            let (cameras, silent) = Cameras.all()
            #expect(silent.isEmpty)
            #expect(cameras.map { $0.path } == [Self.camera, Self.multiplanar])
            #expect(cameras[0].id == "platform:vivid-000" && cameras[0].driver == "vivid")
            let mode = try #require(
                cameras[0].modes.first { $0.format == "YUYV" && $0.width == 640 && $0.height == 480 })
            #expect(mode.rates.contains(25) && mode.rates == mode.rates.sorted(by: >))
            let brightness = try #require(cameras[0].controls.first { $0.name == "brightness" })
            #expect(brightness.range == 0...255 && brightness.standard == 128)
            let menu = try #require(cameras[0].controls.first { $0.name == "menu" })
            #expect(menu.kind == .menu([1: "Menu Item 1", 3: "Menu Item 3", 4: "Menu Item 4"]))
        }

        /// Bits of a picture element.
        private static let formats: [(FourCC, Int)] = [
            ("YUYV", 16), ("UYVY", 16), ("NV12", 12), ("NV21", 12), ("YU12", 12), ("RGB3", 24), ("BGR3", 24),
            ("GREY", 8),
            ("Y10", 16), ("Y12", 16), ("Y16", 16), ("BA81", 8), ("GBRG", 8), ("GRBG", 8), ("RGGB", 8), ("BG10", 16),
            ("BG12", 16), ("BYR2", 16),
        ]

        @Test("frames of every format have all their bytes, in order, with the time of the monotonic clock")
        func formats() throws {
            for (format, bits) in Self.formats {
                let stream = try VideoStream(try device(), mode(format), rate: 30)
                #expect(stream.format.format == format && stream.format.width == 320 && stream.format.height == 180)
                var last: Frame?
                for _ in 0..<3 {
                    let frame = try next(stream)
                    #expect(frame.planes.map { $0.count } == [320 * 180 * bits / 8], "\(format)")
                    #expect(!frame.isDamaged, "\(format)")
                    let time = try #require(frame.time)
                    var now = timespec()
                    clock_gettime(CLOCK_MONOTONIC, &now)
                    let age = Int(now.tv_sec) * 1_000_000_000 + now.tv_nsec - Int(time)
                    // vivid's time is that of the picture's end, which it reckons: up to a frame ahead.
                    #expect(age > -100_000_000 && age < 10_000_000_000, "\(format): \(age)")
                    if let last { #expect(frame.sequence >= last.sequence, "\(format)") }
                    last = frame
                }
            }
        }

        @Test("planes of their own arrive plane by plane")
        func planes() throws {
            let sizes = 320 * 240
            for (format, planes) in [("NM12", [sizes, sizes / 2]), ("YM12", [sizes, sizes / 4, sizes / 4])] {
                let stream = try VideoStream(
                    try device(Self.multiplanar), mode(FourCC(stringLiteral: format), 320, 240), rate: 30)
                #expect(stream.format.strides == (planes.count == 2 ? [320, 320] : [320, 160, 160]))
                for _ in 0..<3 { #expect(try next(stream).planes.map { $0.count } == planes, "\(format)") }
            }
        }

        @Test("a driver may give fewer buffers than asked for")
        func fewerBuffers() throws {
            let stream = try VideoStream(try device(), mode("GREY"), rate: 30, buffers: 1000)
            var held: [Frame] = []
            while let frame = try stream.next(within: 500) { held.append(frame) }
            // The kernel's limit, less those that the driver keeps to itself.
            #expect((2...32).contains(held.count))
        }

        @Test("a stream starves while its frames are held, and goes on when they are let go")
        func held() throws {
            let stream = try VideoStream(try device(), mode("GREY"), rate: 30)
            var held: [Frame] = []
            while held.count < 32, let frame = try stream.next(within: 1000) { held.append(frame) }
            #expect((2...32).contains(held.count))
            // Without a buffer the driver answers at once: waiting must not turn into a busy loop.
            let (before, started) = (processorTime(), ContinuousClock.now)
            #expect(try stream.next(within: 1000) == nil)
            #expect(ContinuousClock.now - started > .milliseconds(900))
            #expect(processorTime() - before < 0.5)
            held = []
            for _ in 0..<8 { _ = try next(stream) }
        }

        @Test("frames outlive their stream")
        func outlived() throws {
            var stream: VideoStream? = try VideoStream(try device(), mode("GREY"), rate: 30)
            let frame = try next(try #require(stream))
            stream = nil
            #expect(frame.planes[0].contains { $0 != 0 })
        }

        @Test("a camera in use, a format it has not, and a value out of range are told in words")
        func refusals() throws {
            let stream = try VideoStream(try device(), mode("YUYV"))
            #expect(throws: CaptureError.busy(Self.camera)) { _ = try VideoStream(try device(), mode("GREY")) }
            _ = stream
            #expect(
                throws: CaptureError.unsupported(
                    Self.multiplanar, reason: "asked for MJPG, the camera gives YUYV instead")
            ) { _ = try VideoStream(try device(Self.multiplanar), mode("MJPG")) }
            #expect(throws: CaptureError.unsupported(Self.camera, reason: "brightness takes 0 to 255, not 300")) {
                try press("brightness", on: try device(), value: 300)
            }
        }

        @Test("a control keeps what it is set to")
        func controls() throws {
            let device = try device()
            try press("brightness", on: device, value: 77)
            defer { #expect(throws: Never.self) { try press("brightness", on: device, value: 128) } }
            #expect(try device.controls().first { $0.name == "brightness" }?.value == 77)
            try press("integer_64_bits", on: device, value: -5_000_000_000)
            #expect(try device.controls().first { $0.name == "integer_64_bits" }?.value == -5_000_000_000)
        }

        @Test("a frame that the driver calls damaged says so, and the next is sound")
        func damaged() throws {
            let stream = try VideoStream(try device(), mode("GREY"), rate: 30)
            _ = try next(stream)
            try press("inject_v4l2_buf_flag_error", on: stream.device)
            let marks = try (0..<6).map { _ in try next(stream).isDamaged }
            #expect(marks.filter { $0 }.count == 1 && marks.last == false)
        }

        @Test("a buffer that the driver refuses once is offered again")
        func refused() throws {
            let stream = try VideoStream(try device(), mode("GREY"), rate: 30)
            _ = try next(stream)
            try press("inject_vidioc_qbuf_error", on: stream.device)
            for _ in 0..<12 { _ = try next(stream) }
            // All buffers are in the driver's hands again: as many frames can be held as before.
            var held: [Frame] = []
            while held.count < 32, let frame = try stream.next(within: 1000) { held.append(frame) }
            #expect(held.count >= 4)
        }

        @Test("dropped frames are gaps in the count")
        func dropped() throws {
            let stream = try VideoStream(try device(), mode("GREY"), rate: 30)
            try press("percentage_of_dropped_buffers", on: stream.device, value: 50)
            let counts = try (0..<20).map { _ in try next(stream).sequence }
            #expect(zip(counts, counts.dropFirst()).contains { $1 > $0 + 1 })
            try press("percentage_of_dropped_buffers", on: stream.device, value: 100)
            while try stream.next(within: 1000) != nil {}
            try press("percentage_of_dropped_buffers", on: stream.device, value: 0)
            _ = try next(stream)
        }

        @Test(
            "failures of starting and of streaming are errors, and the camera opens again",
            arguments: [
                "inject_vidioc_reqbufs_error", "inject_vidioc_streamon_error",
            ])
        func startFails(_ button: String) throws {
            let device = try device()
            try press(button, on: device)
            #expect(throws: CaptureError.self) { _ = try VideoStream(device, mode("GREY")) }
            _ = try next(try VideoStream(device, mode("GREY"), rate: 30))
        }

        @Test("a fatal error of the stream ends it, and a new one works")
        func fatal() throws {
            var stream: VideoStream? = try VideoStream(try device(), mode("GREY"), rate: 30)
            _ = try next(try #require(stream))
            try press("inject_fatal_streaming_error", on: try #require(stream).device)
            #expect(throws: CaptureError.system(Self.camera, call: "VIDIOC_DQBUF", errno: EIO)) {
                for _ in 0..<10 { _ = try stream?.next(within: 5000) }
            }
            stream = nil
            _ = try next(try VideoStream(try device(), mode("GREY"), rate: 30))
        }

        @Test("an unplugged camera is gone, leaves nothing open, and is there again when it is plugged in")
        func unplugged() throws {
            let before = openDescriptors()
            for _ in 0..<5 {
                let stream = try VideoStream(try device(), mode("GREY"), rate: 30)
                _ = try next(stream)
                try press("disconnect", on: stream.device)
                #expect(throws: CaptureError.gone(Self.camera)) {
                    for _ in 0..<10 { _ = try stream.next(within: 5000) }
                }
            }
            #expect(openDescriptors() == before)
            _ = try next(try VideoStream(try device(), mode("GREY"), rate: 30))
        }

        /// Seconds of processor time that this process has used.
        private func processorTime() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
    }
}
