// What the bytes of a source's format mean.
import CV4L2
import Imaging

extension FrameFormat {
    /// The layout and colours of uncompressed pictures; `nil` for formats that must be decoded first.
    ///
    /// - Throws: `ImageError` for a size that no picture of the format has.
    public var raw: RawFormat? {
        get throws(ImageError) {
            guard let layout = format.layout else { return nil }
            return try RawFormat(layout, width: width, height: height, matrix: colour.matrix)
        }
    }
}

extension FourCC {
    /// Whether each picture is a JPEG file.
    public var isJPEG: Bool { self == "MJPG" || self == "JPEG" }

    /// How pictures lie that are not compressed.
    var layout: RawFormat.Layout? { Self.layouts[self] }

    /// Whether each plane has memory of its own where a driver gives it.
    var keepsPlanesApart: Bool { ["NM12", "NM21", "YM12", "YM21", "YM16", "YM24"].contains(self) }

    private static let layouts: [FourCC: RawFormat.Layout] = [
        "YUYV": .yuyv, "UYVY": .uyvy, "NV12": .nv12, "NV21": .nv21, "YU12": .yu12, "YV12": .yv12, "422P": .yuv422,
        "RGB3": .rgb,
        "BGR3": .bgr, "GREY": .grey, "Y10": .words(bits: 10), "Y12": .words(bits: 12), "Y16": .words(bits: 16),
        // The same with each plane in memory of its own.
        "NM12": .nv12, "NM21": .nv21, "YM12": .yu12, "YM21": .yv12, "YM16": .yuv422, "YM24": .yuv444,
    ]
}

extension ColourSpace {
    /// The matrix of luma and chroma, with V4L2's own defaults for what the source leaves open.
    var matrix: YUVMatrix {
        let bt709 = [V4L2_COLORSPACE_REC709, V4L2_COLORSPACE_DCI_P3].map(\.rawValue)
        let standard: YUVMatrix.Standard =
            switch v4l2_ycbcr_encoding(rawValue: encoding) {
            case V4L2_YCBCR_ENC_709, V4L2_YCBCR_ENC_XV709: .bt709
            case V4L2_YCBCR_ENC_BT2020, V4L2_YCBCR_ENC_BT2020_CONST_LUM: .bt2020
            case V4L2_YCBCR_ENC_DEFAULT where bt709.contains(space): .bt709
            case V4L2_YCBCR_ENC_DEFAULT where space == V4L2_COLORSPACE_BT2020.rawValue: .bt2020
            default: .bt601
            }
        let isFull =
            range == V4L2_QUANTIZATION_FULL_RANGE.rawValue
            || range == V4L2_QUANTIZATION_DEFAULT.rawValue && space == V4L2_COLORSPACE_JPEG.rawValue
        return YUVMatrix(standard, isFullRange: isFull)
    }
}
