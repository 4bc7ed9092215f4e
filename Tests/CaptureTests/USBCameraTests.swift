// Webcams: JPEG pictures from the kernel's uvcvideo driver, pulled cables, pictures that end early.
import Foundation
import Glibc
import Imaging
import Testing
import USBCamera

@testable import Capture

extension TestCameraTests {
    @Suite struct USBCameraTests {
        private static let modes = [
            USBCameraMode(isJPEG: true, width: 320, height: 240), USBCameraMode(isJPEG: true, width: 160, height: 120),
            USBCameraMode(isJPEG: false, width: 320, height: 240),
        ]

        /// A picture in one colour, which tells its number, counted to six: 40 levels of red a step.
        private static let picture: @Sendable (USBCameraMode, Int) -> [UInt8] = { mode, number in
            guard mode.isJPEG else {
                return Array(repeating: [128, 128], count: mode.width * mode.height).flatMap { $0 }
            }
            return files[mode.width == 320 ? 0 : 1][number % 6]
        }

        private static let files = [file(320, 240), file(160, 120)]

        private static func file(_ width: Int, _ height: Int) -> [[UInt8]] {
            (0..<6).map { number -> [UInt8] in
                let colour = Colour(red: UInt8(number * 40), green: 60, blue: 120)
                guard var image = try? Image(width: width, height: height, format: .rgb, filledWith: colour) else {
                    return []
                }
                // Something that takes bytes, below.
                for y in height - 40..<height { for x in 0..<width { image[x, y, 1] = UInt8(x * y % 251) } }
                return (try? image.jpeg(quality: 80)) ?? []
            }
        }

        private func plugged(_ serial: String) throws -> USBCamera {
            // Drawn before somebody waits for them: an emulated processor takes seconds.
            #expect(Self.files.allSatisfy { $0.count == 6 })
            let camera = USBCamera(serial: serial, modes: Self.modes, picture: Self.picture)
            try camera.plug()
            return camera
        }

        /// Waits for a camera to be there.
        private func opened(
            _ change: (inout CameraRequest) -> Void, report: @escaping (SourceEvent) -> Void = { _ in }
        ) throws -> Camera {
            var request = CameraRequest(camera: "SN1")
            change(&request)
            let end = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < end {
                if let camera = try? Camera(request, report: report) { return camera }
                usleep(50_000)
            }
            return try Camera(request, report: report)
        }

        /// What red the middle of a frame has, and whether a part of it is lost; `nil` where no frame comes.
        private func red(_ camera: Camera, _ decoder: FrameDecoder) throws -> (red: Int, isDamaged: Bool)? {
            for _ in 0..<20 {
                guard case .frame(let frame) = camera.next(within: 500) else { continue }
                return try decoder.withPicture(of: frame, least: (40, 30)) { picture, isDamaged in
                    let format = picture.format
                    let target = RawConverter.Target(width: format.width, height: format.height, colour: .rgb)
                    let converter = try #require(try RawConverter(format, to: target))
                    let bytes = converter.bytes(of: picture)
                    return (Int(bytes[3 * (format.height / 4 * format.width + format.width / 2)]), isDamaged)
                }
            }
            return nil
        }

        @Test("a webcam's JPEG pictures arrive whole and in order")
        func pictures() throws {
            let device = try plugged("SN1")
            defer { device.unplug() }
            let camera = try opened { $0.format = "MJPG" }
            #expect(camera.format.format == "MJPG" && camera.format.width == 320)
            let decoder = FrameDecoder()
            var last: Int?
            for _ in 0..<20 {
                let (red, isDamaged) = try #require(try red(camera, decoder))
                #expect(!isDamaged)
                let number = (red + 20) / 40
                if let last, camera.counts.lost == 0 { #expect(number == (last + 1) % 6, "\(red)") }
                last = number
            }
        }

        @Test(
            "a picture that ends early and a garbled one are marked though the driver says nothing, and the next are whole"
        )
        func damaged() throws {
            let device = try plugged("SN1")
            defer { device.unplug() }
            let camera = try opened { $0.format = "MJPG" }
            let decoder = FrameDecoder()
            _ = try #require(try red(camera, decoder))
            device.spoil([.short, .garbled])
            let marks = try (0..<15).map { _ in try #require(try red(camera, decoder)).isDamaged }
            #expect(marks.filter { $0 }.count == 2 && !marks.suffix(3).contains(true), "\(marks)")
            #expect(camera.counts.damaged == 0)
        }

        @Test("a picture that the camera calls wrong is marked or left out")
        func marked() throws {
            let device = try plugged("SN1")
            defer { device.unplug() }
            let camera = try opened { $0.format = "MJPG" }
            let decoder = FrameDecoder()
            _ = try #require(try red(camera, decoder))
            device.spoil([.marked])
            for _ in 0..<15 { _ = try #require(try red(camera, decoder)) }
            #expect(camera.counts.damaged + camera.counts.lost >= 1)
        }

        @Test("raw pictures come over the same cable")
        func raw() throws {
            let device = try plugged("SN1")
            defer { device.unplug() }
            let camera = try opened { $0.format = "YUYV" }
            let (red, isDamaged) = try #require(try red(camera, FrameDecoder()))
            #expect(abs(red - 130) <= 2 && !isDamaged)
        }

        @Test("a camera whose cable is pulled comes back under its serial number, whatever its node is then")
        func replugged() throws {
            let device = try plugged("SN1")
            defer { device.unplug() }
            var events: [SourceEvent] = []
            let camera = try opened({ $0.format = "MJPG" }, report: { events.append($0) })
            let decoder = FrameDecoder()
            _ = try #require(try red(camera, decoder))
            // Held over the change: the node's name is not free.
            guard case .frame(let held) = camera.next(within: 5000) else { return #expect(Bool(false), "no frame") }
            device.unplug()
            while events.isEmpty { _ = camera.next(within: 500) }
            let other = try plugged("SN2")
            defer { other.unplug() }
            try device.plug()
            #expect(try red(camera, decoder) != nil)
            #expect(events.count == 2 && camera.counts.restarts == 1, "\(events)")
            #expect(try Cameras.device(id: "SN2").card == "Simulated camera: Simulated cam")
            #expect(held.planes[0].count > 1000)
        }

        /// `ARETE_UNPLUG_CYCLES` of them for the figure of docs/cameras.md.
        private static let cycles = getenv("ARETE_UNPLUG_CYCLES").flatMap { Int(String(cString: $0)) } ?? 12

        @Test("a cable pulled and plugged in again and again leaves no memory and nothing open behind")
        func unpluggedOften() throws {
            let device = try plugged("SN1")
            defer { device.unplug() }
            var (lost, back) = (0, 0)
            let camera = try opened({ $0.format = "MJPG" }) { event in
                if case .lost = event { lost += 1 }
                if case .back = event { back += 1 }
            }
            let decoder = FrameDecoder()
            var levels: [(kilobytes: Int, descriptors: Int)] = []
            for cycle in 1...Self.cycles {
                _ = try #require(try red(camera, decoder))
                levels.append((try residentKilobytes(), openDescriptors()))
                if cycle % 50 == 0 { print("unplugged \(cycle) times: \(levels[cycle - 1])") }
                device.unplug()
                while lost < cycle { _ = camera.next(within: 500) }
                try device.plug()
            }
            _ = try #require(try red(camera, decoder))
            #expect(lost == Self.cycles && back == Self.cycles && camera.counts.restarts == Self.cycles)
            // What is allocated once is there after a quarter of them.
            let (early, late) = (levels[Self.cycles / 4], levels[Self.cycles - 1])
            #expect(late.descriptors == early.descriptors, "\(early) \(late)")
            #expect(late.kilobytes < early.kilobytes + 4096, "\(early) \(late)")
        }

        @Test("a frozen camera is started anew until it goes on")
        func frozen() throws {
            let device = try plugged("SN1")
            defer { device.unplug() }
            var lost = 0
            let camera = try opened({ $0.format = "MJPG" }, report: { if case .lost = $0 { lost += 1 } })
            let decoder = FrameDecoder()
            _ = try #require(try red(camera, decoder))
            device.freeze(true)
            while lost == 0 { _ = camera.next(within: 500) }
            device.freeze(false)
            #expect(try red(camera, decoder) != nil)
        }
    }
}
