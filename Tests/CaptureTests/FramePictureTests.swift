// What frames show: the test camera's colour bars are the same in every format.
import CV4L2
import Imaging
import Testing

@testable import Capture

@Suite struct ColourSpaceTests {
    @Test("what a camera leaves open is as V4L2 defines it")
    func defaults() {
        func matrix(_ space: v4l2_colorspace, _ encoding: v4l2_ycbcr_encoding, _ range: v4l2_quantization) -> YUVMatrix
        {
            ColourSpace(space: space.rawValue, encoding: encoding.rawValue, range: range.rawValue).matrix
        }
        let (open, any) = (V4L2_YCBCR_ENC_DEFAULT, V4L2_QUANTIZATION_DEFAULT)
        #expect(matrix(V4L2_COLORSPACE_DEFAULT, open, any) == YUVMatrix(.bt601))
        #expect(matrix(V4L2_COLORSPACE_SRGB, open, any) == YUVMatrix(.bt601))
        #expect(matrix(V4L2_COLORSPACE_JPEG, open, any) == YUVMatrix(.bt601, isFullRange: true))
        #expect(matrix(V4L2_COLORSPACE_REC709, open, any) == YUVMatrix(.bt709))
        #expect(matrix(V4L2_COLORSPACE_BT2020, open, any) == YUVMatrix(.bt2020))
        #expect(matrix(V4L2_COLORSPACE_REC709, V4L2_YCBCR_ENC_601, any) == YUVMatrix(.bt601))
        #expect(
            matrix(V4L2_COLORSPACE_SRGB, V4L2_YCBCR_ENC_709, V4L2_QUANTIZATION_FULL_RANGE)
                == YUVMatrix(.bt709, isFullRange: true))
        #expect(matrix(V4L2_COLORSPACE_JPEG, open, V4L2_QUANTIZATION_LIM_RANGE) == YUVMatrix(.bt601))
    }
}

extension TestCameraTests {
    @Suite struct FramePictureTests {
        /// One frame of colour bars, converted: the middle of each bar.
        private func bars(_ path: String, _ format: FourCC, _ colour: RawConverter.Target.Colour) throws -> [[UInt8]] {
            let device = try VideoDevice(path: path)
            for (name, value) in [("test_pattern", Int64(0)), ("osd_text_mode", 2)] {
                let control = try #require(try device.controls().first { $0.name == name })
                try device.set(control, to: value)
            }
            let mode = FrameMode(format: format, width: 320, height: 180, rates: [])
            let stream = try VideoStream(device, mode, rate: 30)
            // The first frames may be older than the settings.
            for _ in 0..<4 { _ = try #require(try stream.next(within: 5000)) }
            let frame = try #require(try stream.next(within: 5000))
            let (width, height) = (frame.format.width, frame.format.height)
            let channels = colour == .grey ? 1 : 3
            let picture = try FrameDecoder().withPicture(of: frame) { picture, _ in
                let target = RawConverter.Target(width: width, height: height, colour: colour)
                let converter = try #require(try RawConverter(picture.format, to: target))
                return converter.bytes(of: picture)
            }
            return (0..<8).map { bar in
                let place = (height / 2 * width + (2 * bar + 1) * width / 16) * channels
                return Array(picture[place..<place + channels])
            }
        }

        private func worst(_ a: [[UInt8]], _ b: [[UInt8]]) -> Int {
            zip(a.joined(), b.joined()).map { abs(Int($0) - Int($1)) }.max() ?? 255
        }

        @Test("colour bars have the same colours in every format of colour, in one piece and in planes")
        func colours() throws {
            let reference = try bars("/dev/video0", "RGB3", .rgb)
            // White, yellow, cyan, green, magenta, red, blue, black.
            let lit = [[1, 1, 1], [1, 1, 0], [0, 1, 1], [0, 1, 0], [1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]]
            for (bar, channels) in zip(reference, lit) {
                for (byte, isLit) in zip(bar, channels) { #expect(isLit == 1 ? byte > 150 : byte < 60, "\(reference)") }
            }
            for format: FourCC in [
                "BGR3", "YUYV", "UYVY", "YVYU", "NV12", "NV21", "NV16", "NV61", "NV24", "NV42", "YU12", "YV12",
            ] {
                let found = try bars("/dev/video0", format, .rgb)
                #expect(worst(found, reference) <= 3, "\(format): \(found), not \(reference)")
            }
            for format: FourCC in ["BA81", "GBRG", "GRBG", "RGGB", "BG10", "GB10", "BA10", "RG10", "BG12", "BYR2"] {
                let found = try bars("/dev/video0", format, .rgb)
                #expect(worst(found, reference) <= 3, "\(format): \(found), not \(reference)")
            }
            let wide = try bars("/dev/video1", "RGB3", .rgb)
            for format: FourCC in ["NM12", "YM12", "NM16", "NM61"] {
                let found = try bars("/dev/video1", format, .rgb)
                #expect(worst(found, wide) <= 3, "\(format): \(found), not \(wide)")
            }
        }

        @Test("colour bars have the same colours in what libv4lconvert reads", hasWebcams)
        func library() throws {
            let reference = try bars("/dev/video0", "RGB3", .rgb)
            // 5 and 6 bits a colour are brought to 8 without what is cut off.
            for (format, most) in [("RGBP", 8), ("XR24", 3), ("BX24", 3), ("AR24", 3), ("BA24", 3)] as [(FourCC, Int)] {
                let found = try bars("/dev/video0", format, .rgb)
                #expect(worst(found, reference) <= most, "\(format): \(found), not \(reference)")
            }
        }

        @Test("colour bars have the same luma in every format without colour")
        func luma() throws {
            let reference = try bars("/dev/video0", "GREY", .grey)
            #expect(zip(reference, reference.dropFirst()).allSatisfy { $0[0] > $1[0] }, "\(reference)")
            for format: FourCC in ["Y10", "Y12", "Y16"] {
                let found = try bars("/dev/video0", format, .grey)
                #expect(worst(found, reference) <= 1, "\(format): \(found), not \(reference)")
            }
        }
    }
}
