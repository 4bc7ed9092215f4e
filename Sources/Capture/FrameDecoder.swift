// Frames as pictures, whatever a source sends.
import Imaging

/// Turns a source's frames into pictures: as they lie where they can be shown so, else decoded. For one thread at a time.
public final class FrameDecoder {
    private var jpeg: MotionJPEG?
    private var bayer: BayerDecoder?
    private var webcam: WebcamDecoder?

    public init() {}

    /// Hands `body` the picture, which may be smaller than the frame (`least`, see `MotionJPEG.decode`), and whether a part of it is lost.
    ///
    /// - Throws: `ImageError` where there is no picture; what `body` throws.
    public func withPicture<T>(
        of frame: Frame, least: (width: Int, height: Int)? = nil,
        _ body: (_ picture: RawPicture, _ isDamaged: Bool) throws -> T
    ) throws -> T {
        let format = frame.format
        if let raw = try format.raw {
            let picture = try RawPicture(raw, frame.planes, strides: format.strides)
            return try withExtendedLifetime(frame) { try body(picture, frame.isDamaged) }
        }
        if let mosaic = try format.bayer {
            let picture = try bayer(mosaic).decode(frame.planes, strides: format.strides)
            return try body(picture, frame.isDamaged)
        }
        if format.format.webcam != nil {
            let picture = try webcam(format).decode(frame.planes, strides: format.strides)
            return try body(picture, frame.isDamaged)
        }
        guard format.format.isJPEG, let bytes = frame.planes.first else {
            throw ImageError.unsupported(format: "\(format.format)", reason: "no picture format that is read here")
        }
        let picture = try jpeg(width: format.width, height: format.height).decode(bytes, least: least)
        return try body(picture.raw, picture.isDamaged || frame.isDamaged)
    }

    private func bayer(_ format: BayerFormat) throws(ImageError) -> BayerDecoder {
        if let bayer, bayer.format == format { return bayer }
        let bayer = try BayerDecoder(format)
        self.bayer = bayer
        return bayer
    }

    private func webcam(_ format: FrameFormat) throws(ImageError) -> WebcamDecoder {
        if let webcam, webcam.source == format { return webcam }
        let webcam = try WebcamDecoder(format)
        self.webcam = webcam
        return webcam
    }

    /// The decoder of the picture before where that serves again.
    private func jpeg(width: Int, height: Int) throws(ImageError) -> MotionJPEG {
        if let jpeg, jpeg.width == width, jpeg.height == height { return jpeg }
        let jpeg = try MotionJPEG(width: width, height: height)
        self.jpeg = jpeg
        return jpeg
    }
}
