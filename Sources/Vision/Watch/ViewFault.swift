// What may be wrong with a camera's view.

/// Why what a camera shows cannot be trusted.
public enum ViewFault: String, CaseIterable, Sendable {
    /// Nearly nothing is lit.
    case dark
    /// Most is burnt out.
    case overexposed
    /// Something before the lens: no structure left.
    case covered
    /// Out of focus, or dirt or water on the lens.
    case blurred
    /// The same picture to the last bit.
    case frozen
    /// It looks elsewhere than it did.
    case moved
}

/// How a camera's view is judged.
public struct WatchOptions: Hashable, Sendable {
    /// Seconds between two looks; pictures between them cost nothing.
    public var interval = 0.5
    /// Seconds that a fault must last before it is told, and be gone before it is forgotten.
    public var patience = 2.0
    /// Seconds of faultless view from which the usual sharpness and place are learnt.
    public var learning = 10.0
    /// Whether the camera is meant to stand still.
    public var standsStill = true

    public init() {}
}
