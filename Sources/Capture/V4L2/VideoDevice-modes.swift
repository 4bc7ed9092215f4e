// The formats, sizes and rates of a V4L2 device.
import CV4L2

extension VideoDevice {
    /// The most of anything that is listed: a driver that never ends its list is faulty.
    private static let most: UInt32 = 1000

    /// All that the camera says it can do; of sizes in a range, the usual ones inside it.
    func modes() throws(CaptureError) -> [FrameMode] {
        var modes: [FrameMode] = []
        for index in 0..<Self.most {
            var entry = v4l2_fmtdesc()
            entry.index = index
            entry.type = bufferType
            guard try ask(UInt(ARETE_ENUM_FMT), &entry, "VIDIOC_ENUM_FMT") else { break }
            let format = FourCC(code: entry.pixelformat)
            for (width, height) in try sizes(format) {
                let rates = try rates(format, width, height)
                modes.append(FrameMode(format: format, width: width, height: height, rates: rates))
            }
        }
        return modes
    }

    private static let usual = [
        (160, 120), (320, 240), (640, 360), (640, 480), (640, 512), (800, 600), (1280, 720), (1280, 960), (1920, 1080),
        (2592, 1944), (3840, 2160),
    ]

    private func sizes(_ format: FourCC) throws(CaptureError) -> [(Int, Int)] {
        var sizes: [(Int, Int)] = []
        for index in 0..<Self.most {
            var entry = v4l2_frmsizeenum()
            entry.index = index
            entry.pixel_format = format.code
            guard try ask(UInt(ARETE_ENUM_FRAMESIZES), &entry, "VIDIOC_ENUM_FRAMESIZES") else { break }
            if entry.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue {
                sizes.append((Int(entry.discrete.width), Int(entry.discrete.height)))
                continue
            }
            let range = entry.stepwise
            func fits(_ side: Int, _ least: UInt32, _ most: UInt32, _ step: UInt32) -> Bool {
                side >= Int(least) && side <= Int(most) && (side - Int(least)) % max(Int(step), 1) == 0
            }
            let inside = Self.usual.filter { width, height in
                fits(width, range.min_width, range.max_width, range.step_width)
                    && fits(height, range.min_height, range.max_height, range.step_height)
            }
            return inside
                + [(Int(range.max_width), Int(range.max_height))].filter { size in
                    !inside.contains { $0 == size }
                }
        }
        return sizes
    }

    private func rates(_ format: FourCC, _ width: Int, _ height: Int) throws(CaptureError) -> [Double] {
        var rates: [Double] = []
        func rate(_ interval: v4l2_fract) -> Double? {
            interval.numerator > 0 && interval.denominator > 0
                ? Double(interval.denominator) / Double(interval.numerator) : nil
        }
        for index in 0..<Self.most {
            var entry = v4l2_frmivalenum()
            entry.index = index
            entry.pixel_format = format.code
            entry.width = UInt32(width)
            entry.height = UInt32(height)
            guard try ask(UInt(ARETE_ENUM_FRAMEINTERVALS), &entry, "VIDIOC_ENUM_FRAMEINTERVALS") else { break }
            if entry.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue {
                if let rate = rate(entry.discrete) { rates.append(rate) }
                continue
            }
            rates += [entry.stepwise.min, entry.stepwise.max].compactMap(rate)
            break
        }
        return rates.sorted(by: >)
    }
}
