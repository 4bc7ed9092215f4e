// Exposure, gain, focus and every other setting of a camera.

/// A setting that a camera has.
public struct Control: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case integer
        case boolean
        /// Names by their value.
        case menu([Int64: String])
        /// Something that happens when any value is set.
        case button
        case bitmask
    }

    public var id: UInt32
    /// As v4l2-ctl writes it: `exposure_time_absolute`.
    public var name: String
    public var kind: Kind
    public var range: ClosedRange<Int64>
    public var step: UInt64
    public var standard: Int64
    /// `nil` where the camera does not tell.
    public var value: Int64?
    public var isReadOnly: Bool
    /// Without effect now, mostly because the camera decides by itself (exposure while `auto_exposure` is on).
    public var isInactive: Bool
    /// Whether its value takes 64 bits.
    var isWide: Bool
}
