// From luma and chroma to red, green and blue.

/// Which colours Y, Cb and Cr stand for.
public struct YUVMatrix: Hashable, Sendable {
    public enum Standard: Hashable, Sendable, CaseIterable {
        /// ITU-R BT.601: most webcams, and JPEG.
        case bt601
        /// ITU-R BT.709: high-definition video.
        case bt709
        /// ITU-R BT.2020, non-constant luminance.
        case bt2020

        /// The shares of red and blue in luma.
        var shares: (red: Double, blue: Double) {
            switch self {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            case .bt2020: (0.2627, 0.0593)
            }
        }
    }

    public var standard: Standard
    /// Whether luma and chroma use all of 0...255, as in JPEG; else luma lies in 16...235 and chroma in 16...240.
    public var isFullRange: Bool

    public init(_ standard: Standard = .bt601, isFullRange: Bool = false) {
        self.standard = standard
        self.isFullRange = isFullRange
    }
}
