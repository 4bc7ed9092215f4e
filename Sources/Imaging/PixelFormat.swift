// The channel layouts a picture may have.

/// How the bytes of a pixel are to be read: 8 bits a channel, interleaved.
public enum PixelFormat: Sendable, Equatable, CaseIterable {
    case grey
    case rgb
    /// Alpha is not premultiplied.
    case rgba

    /// Bytes a pixel.
    public var channels: Int {
        switch self {
        case .grey: 1
        case .rgb: 3
        case .rgba: 4
        }
    }

    init?(channels: Int) {
        switch channels {
        case 1: self = .grey
        case 3: self = .rgb
        case 4: self = .rgba
        default: return nil
        }
    }
}
