// Which of a camera's modes costs least for what is needed.

extension CameraRequest {
    /// The mode of `modes` that fits this request at least work: in colour if that is needed, large enough, fast enough, cheap, in this order.
    ///
    /// - Throws: `CaptureError.unsupported` naming what the camera offers, where nothing fits what was asked for by name.
    /// Complexity: O(modes).
    func choice(of modes: [FrameMode]) throws(CaptureError) -> FrameMode {
        let readable = modes.filter { Self.costs[$0.format] != nil }
        let fitting = readable.filter { mode in
            (format == nil || mode.format == format) && (width == nil || mode.width == width)
                && (height == nil || mode.height == height)
        }
        guard let best = fitting.min(by: { rank($0).lexicographicallyPrecedes(rank($1)) }) else {
            throw .unsupported(camera, reason: refusal(readable, of: modes))
        }
        return best
    }

    /// Nanoseconds a pixel to bring a picture to red, green and blue: `make bench-pixels` on an AMD Zen 4, JPEG as docs/images.md has it.
    /// Formats that are not read are not here.
    private static let costs: [FourCC: Double] = [
        "YUYV": 0.19, "UYVY": 0.19, "NV12": 0.20, "NV21": 0.20, "NM12": 0.20, "NM21": 0.20, "YU12": 0.19, "YV12": 0.19,
        "YM12": 0.19, "YM21": 0.19, "422P": 0.19, "YM16": 0.19, "YM24": 0.19, "RGB3": 0.06, "BGR3": 0.10, "GREY": 0.02,
        "Y10": 0.03, "Y12": 0.03, "Y16": 0.03, "MJPG": 3.1, "JPEG": 3.1,
    ]

    private static let colourless: Set<FourCC> = ["GREY", "Y10", "Y12", "Y16"]

    /// Below this nothing that moves is followed; where nobody asks for a rate, a mode must reach it.
    private static let usualRate = 15.0

    /// Lower is better, the first that differs decides.
    private func rank(_ mode: FrameMode) -> [Double] {
        let isColourless = Self.colourless.contains(mode.format)
        // As in a letterbox: one side as long as needed is enough.
        let share = max(Double(mode.width) / Double(need.width), Double(mode.height) / Double(need.height))
        let wanted = rate ?? Self.usualRate
        let reached = mode.rates.first.map { min($0 / wanted, 1) } ?? 1
        let pixels = Double(mode.width) * Double(mode.height)
        return [
            isColourless && !need.isGrey ? 1 : 0, -min(share, 1), -reached, pixels * (Self.costs[mode.format] ?? 0),
        ]
    }

    private func refusal(_ readable: [FrameMode], of modes: [FrameMode]) -> String {
        guard !readable.isEmpty else {
            let formats = Set(modes.map { "\($0.format)" }).sorted().joined(separator: ", ")
            return modes.isEmpty ? "it lists no format" : "none of its formats is read here: \(formats)"
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
