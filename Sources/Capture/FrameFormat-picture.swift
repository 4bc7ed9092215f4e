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

    /// How the samples of sensors behind a mosaic of colour filters lie; `nil` for other formats.
    ///
    /// - Throws: `ImageError` for a size that no picture of the format has.
    var bayer: BayerFormat? {
        get throws(ImageError) {
            guard let (pattern, samples) = format.bayer else { return nil }
            return try BayerFormat(pattern, samples, width: width, height: height)
        }
    }
}

extension FourCC {
    /// Whether each picture is a JPEG file.
    public var isJPEG: Bool { self == "MJPG" || self == "JPEG" }

    /// How pictures lie that are not compressed.
    var layout: RawFormat.Layout? { Self.layouts[self] }

    /// Whether each plane has memory of its own where a driver gives it.
    var keepsPlanesApart: Bool { ["NM12", "NM21", "NM16", "NM61", "YM12", "YM21", "YM16", "YM24"].contains(self) }

    private static let layouts: [FourCC: RawFormat.Layout] = [
        "YUYV": .yuyv, "UYVY": .uyvy, "NV12": .nv12, "NV21": .nv21, "YU12": .yu12, "YV12": .yv12, "422P": .yuv422,
        "YVYU": .yvyu, "NV16": .nv16, "NV61": .nv61, "NV24": .nv24, "NV42": .nv42,
        "RGB3": .rgb, "BGR3": .bgr, "GREY": .grey, "Y10": .words(bits: 10), "Y12": .words(bits: 12),
        "Y14": .words(bits: 14),
        "Y16": .words(bits: 16),
        // The same with each plane in memory of its own.
        "NM12": .nv12, "NM21": .nv21, "YM12": .yu12, "YM21": .yv12, "YM16": .yuv422, "YM24": .yuv444,
        "NM16": .nv16, "NM61": .nv61,
    ]
}

extension FourCC {
    /// The mosaic and the samples of sensors without a processor of pictures.
    var bayer: (BayerFormat.Pattern, BayerFormat.Samples)? { Self.mosaics[self] }

    /// V4L2's names, in the order blue first, green before blue, green before red, red first.
    private static let mosaics: [FourCC: (BayerFormat.Pattern, BayerFormat.Samples)] = {
        let names: [(BayerFormat.Samples, [FourCC])] = [
            (.bytes, ["BA81", "GBRG", "GRBG", "RGGB"]), (.words(bits: 10), ["BG10", "GB10", "BA10", "RG10"]),
            (.words(bits: 12), ["BG12", "GB12", "BA12", "RG12"]), (.words(bits: 14), ["BG14", "GB14", "GR14", "RG14"]),
            (.words(bits: 16), ["BYR2", "GB16", "GR16", "RG16"]), (.packed10, ["pBAA", "pGAA", "pgAA", "pRAA"]),
            (.packed12, ["pBCC", "pGCC", "pgCC", "pRCC"]),
        ]
        var mosaics: [FourCC: (BayerFormat.Pattern, BayerFormat.Samples)] = [:]
        for (samples, formats) in names {
            for (format, pattern) in zip(formats, BayerFormat.Pattern.allCases) { mosaics[format] = (pattern, samples) }
        }
        return mosaics
    }()
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
