// A camera that fails and comes back.
import Imaging
import Testing

@testable import Capture

extension TestCameraTests {
    @Suite struct CameraTests {
        private static let path = "/dev/video0"

        /// What a camera reported.
        private final class Reports {
            var events: [SourceEvent] = []
            var errors: [CaptureError] {
                events.compactMap { if case .lost(let error) = $0 { error } else { nil } }
            }
        }

        private func camera(
            _ reports: Reports = Reports(), patience: Int = 3000, _ change: (inout CameraRequest) -> Void = { _ in }
        ) throws -> Camera {
            var request = CameraRequest(camera: Self.path, format: "YUYV", width: 320, height: 180, rate: 30)
            change(&request)
            return try Camera(request, patience: patience) { reports.events.append($0) }
        }

        private func frames(_ count: Int, of camera: Camera, within milliseconds: Int = 20_000) -> Int {
            let end = ContinuousClock.now + .milliseconds(milliseconds)
            var found = 0
            while found < count, ContinuousClock.now < end {
                if case .frame = camera.next(within: 500) { found += 1 }
            }
            return found
        }

        private func press(_ name: String, value: Int64 = 1) throws {
            let device = try VideoDevice(path: Self.path)
            let control = try #require(try device.controls().first { $0.name == name })
            try device.set(control, to: value)
        }

        @Test("a camera opens by its node and by its id, in the mode that costs least")
        func opens() throws {
            let camera = try camera()
            #expect(frames(5, of: camera) == 5 && camera.counts.frames == 5)
            #expect(camera.format.format == "YUYV" && camera.format.width == 320)
        }

        @Test("an id serves as well as a node; what is missing, unknown or not offered is told")
        func refusals() throws {
            let byID = try camera { $0.camera = "platform:vivid-000" }
            #expect(frames(2, of: byID) == 2)
            #expect(throws: CaptureError.missing("usb-nowhere")) { try camera { $0.camera = "usb-nowhere" } }
            var refusal = ""
            do {
                _ = try camera {
                    $0.camera = "/dev/video1"
                    $0.controls = [ControlSetting(name: "warmth", value: 1)]
                    $0.width = nil
                    $0.height = nil
                }
            } catch { refusal = "\(error)" }
            #expect(refusal.contains("it has no setting warmth, but brightness, "))
        }

        @Test("settings are made before the first frame")
        func settings() throws {
            let camera = try camera { $0.controls = [ControlSetting(name: "brightness", value: 33)] }
            defer { #expect(throws: Never.self) { try press("brightness", value: 128) } }
            let device = try VideoDevice(path: Self.path)
            #expect(try device.controls().first { $0.name == "brightness" }?.value == 33)
            #expect(frames(1, of: camera) == 1)
        }

        @Test(
            "an unplugged or failing camera is reported and comes back",
            arguments: ["disconnect", "inject_fatal_streaming_error"])
        func comesBack(button: String) throws {
            let reports = Reports()
            let camera = try camera(reports)
            #expect(frames(3, of: camera) == 3)
            try press(button)
            #expect(frames(10, of: camera) == 10)
            #expect(camera.counts.restarts == 1, "\(reports.events)")
            #expect(reports.errors.count == 1 && reports.events.count == 2, "\(reports.events)")
            if button == "disconnect" { #expect(reports.errors == [.gone(Self.path)]) }
        }

        @Test("a camera that gives nothing and no error is started anew, as long as it takes")
        func stalls() throws {
            let reports = Reports()
            let camera = try camera(reports, patience: 1000)
            #expect(frames(2, of: camera) == 2)
            try press("percentage_of_dropped_buffers", value: 100)
            while reports.errors.count < 2 { _ = camera.next(within: 500) }
            try press("percentage_of_dropped_buffers", value: 0)
            #expect(frames(5, of: camera) == 5)
            #expect(
                reports.errors.prefix(2) == [
                    .stalled(Self.path, milliseconds: 1000), .stalled(Self.path, milliseconds: 1000),
                ])
        }

        @Test("damaged and dropped frames are counted")
        func counts() throws {
            let camera = try camera()
            #expect(frames(2, of: camera) == 2)
            try press("inject_v4l2_buf_flag_error")
            #expect(frames(8, of: camera) == 8)
            #expect(camera.counts.damaged == 1)
            try press("percentage_of_dropped_buffers", value: 50)
            #expect(frames(20, of: camera) == 20)
            try press("percentage_of_dropped_buffers", value: 0)
            #expect(camera.counts.lost > 2)
        }

        @Test("while a consumer keeps every frame the camera is lost, and it comes back when they are let go")
        func kept() throws {
            let reports = Reports()
            let camera = try camera(reports, patience: 1000)
            var held: [Frame] = []
            while reports.errors.isEmpty { if case .frame(let frame) = camera.next(within: 500) { held.append(frame) } }
            // Its memory is still in use.
            #expect(frames(1, of: camera, within: 1000) == 0)
            held = []
            #expect(frames(3, of: camera) == 3)
        }
    }
}
