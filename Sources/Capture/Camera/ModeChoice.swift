// Which of a camera's modes costs least for what is needed.

extension CameraRequest {
    /// The mode of `modes` that fits this request at least work: in colour if that is needed, no mosaic, large enough, fast enough, read by
    /// ourselves, cheap, in this order.
    ///
    /// - Throws: `CaptureError.unsupported` naming what the camera offers, where nothing fits what was asked for by name.
    /// Complexity: O(modes).
    func choice(of modes: [FrameMode]) throws(CaptureError) -> FrameMode {
        let readable = modes.filter {
            $0.format.cost != nil && $0.format.hasPictures(width: $0.width, height: $0.height)
        }
        let fitting = readable.filter { mode in
            (format == nil || mode.format == format) && (width == nil || mode.width == width)
                && (height == nil || mode.height == height)
        }
        guard let best = fitting.min(by: { rank($0).lexicographicallyPrecedes(rank($1)) }) else {
            throw .unsupported(camera, reason: refusal(readable, of: modes))
        }
        return best
    }

    /// Below this nothing that moves is followed; where nobody asks for a rate, a mode must reach it.
    private static let usualRate = 15.0

    /// Lower is better, the first that differs decides.
    private func rank(_ mode: FrameMode) -> [Double] {
        let isColourless = mode.format.layout?.isGrey == true
        // As in a letterbox: one side as long as needed is enough.
        let share = max(Double(mode.width) / Double(need.width), Double(mode.height) / Double(need.height))
        let wanted = rate ?? Self.usualRate
        let reached = mode.rates.first.map { min($0 / wanted, 1) } ?? 1
        let pixels = Double(mode.width) * Double(mode.height)
        // Nobody balanced the colours of a sensor's own samples.
        let isMosaic = mode.format.bayer != nil || mode.format.webcam?.is_mosaic == true
        return [
            isColourless && !need.isGrey ? 1 : 0, isMosaic ? 1 : 0, -min(share, 1), -reached,
            mode.format.webcam != nil ? 1 : 0, pixels * (mode.format.cost ?? 0),
        ]
    }

    private func refusal(_ readable: [FrameMode], of modes: [FrameMode]) -> String {
        guard !readable.isEmpty else {
            let formats = Set(modes.map { "\($0.format)" }).sorted().joined(separator: ", ")
            guard !modes.isEmpty else { return "it lists no format" }
            let absence = modes.contains { $0.format.webcam != nil } ? FourCC.webcamAbsence.map { " (\($0))" } : nil
            return "none of its formats is read here: \(formats)" + (absence ?? "")
        }
        let side = { (length: Int?) in length.map { "\($0)" } ?? "any" }
        let asked = [format.map { "\($0)" }, width == nil && height == nil ? nil : "\(side(width))x\(side(height))"]
        let matching = readable.filter { format == nil || $0.format == format }
        let offered = (matching.isEmpty ? readable : matching).prefix(12).map {
            "\($0.format) \($0.width)x\($0.height)"
        }
        return "it has no \(asked.compactMap { $0 }.joined(separator: " ")); it offers "
            + offered.joined(separator: ", ") + (offered.count == 12 ? ", ..." : "")
    }
}

extension FourCC {
    /// Nanoseconds a pixel to bring a picture to red, green and blue: `make bench-pixels` on an AMD Zen 4, JPEG as docs/images.md has it.
    /// `nil` for formats that are not read.
    fileprivate var cost: Double? {
        if isJPEG { return 3.1 }
        if bayer != nil { return 2 }
        if let webcam { return FourCC.webcamAbsence == nil ? webcam.cost + 0.2 : nil }
        return switch layout {
        case .grey: 0.02
        case .words: 0.03
        case .rgb: 0.06
        case .bgr: 0.10
        case .nv12, .nv21, .nv16, .nv61, .nv24, .nv42: 0.20
        case .yvyu: 0.27
        case .yuyv, .uyvy, .yu12, .yv12, .yuv422, .yuv444: 0.19
        case nil: nil
        }
    }
}
