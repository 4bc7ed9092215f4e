// What may be said of a source beyond its name.
import Imaging

/// How a source is to send pictures, or how those of a file lie; what is `nil` is chosen or found.
public struct SourceSettings: Hashable, Sendable {
    public var format: FourCC?
    public var width: Int?
    public var height: Int?
    /// Frames a second.
    public var rate: Double?
    /// Settings of a camera, in the order in which they are made.
    public var controls: [ControlSetting]
    /// What the pictures are for, where a camera's mode is chosen.
    public var need: PictureNeed

    public init(
        format: FourCC? = nil, width: Int? = nil, height: Int? = nil, rate: Double? = nil,
        controls: [ControlSetting] = [], need: PictureNeed = PictureNeed()
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.rate = rate
        self.controls = controls
        self.need = need
    }

    /// - Throws: `CaptureError.unsupported` where something is said that this kind of source does not take.
    func check(_ source: String, is kind: String, takes taken: Set<Part>) throws(CaptureError) {
        let given: [(Part, Bool)] = [
            (.format, format != nil), (.size, width != nil || height != nil), (.rate, rate != nil),
            (.settings, !controls.isEmpty),
        ]
        for (part, isGiven) in given where isGiven && !taken.contains(part) {
            throw .unsupported(source, reason: "\(kind) takes no \(part.rawValue)")
        }
    }

    enum Part: String { case format, size, rate, settings }
}
