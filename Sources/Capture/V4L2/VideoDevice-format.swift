// What a V4L2 device is asked to send.
import CV4L2

extension VideoDevice {
    /// Asks for a mode; the driver answers with what comes nearest to it.
    /// - Throws: `CaptureError.busy` where another program streams; `.unsupported` for an answer that is no picture.
    func settle(_ mode: FrameMode) throws(CaptureError) -> FrameFormat {
        var wanted = v4l2_format()
        wanted.type = bufferType
        // The single-planar description begins with the same fields, but for what lies behind `field`.
        wanted.fmt.pix.width = UInt32(mode.width)
        wanted.fmt.pix.height = UInt32(mode.height)
        wanted.fmt.pix.pixelformat = mode.format.code
        wanted.fmt.pix.field = V4L2_FIELD_NONE.rawValue
        try demand(UInt(ARETE_S_FMT), &wanted, "VIDIOC_S_FMT")
        let pix = wanted.fmt.pix
        guard (1...65536).contains(pix.width), (1...65536).contains(pix.height) else {
            throw .unsupported(path, reason: "the camera answers with pictures of \(pix.width)x\(pix.height)")
        }
        guard !Self.halves.contains(pix.field) else {
            throw .unsupported(path, reason: "the camera sends each picture in two fields, which is not handled")
        }
        return FrameFormat(
            format: FourCC(code: pix.pixelformat), width: Int(pix.width), height: Int(pix.height),
            strides: isMultiplanar ? strides(&wanted.fmt.pix_mp) : [Int(pix.bytesperline)],
            colour: isMultiplanar ? colour(wanted.fmt.pix_mp) : colour(pix))
    }

    private static let halves = [
        V4L2_FIELD_TOP, V4L2_FIELD_BOTTOM, V4L2_FIELD_ALTERNATE, V4L2_FIELD_SEQ_TB, V4L2_FIELD_SEQ_BT,
    ].map(\.rawValue)

    private func strides(_ pix: inout v4l2_pix_format_mplane) -> [Int] {
        let count = min(Int(pix.num_planes), Int(VIDEO_MAX_PLANES))
        return withUnsafeBytes(of: &pix.plane_fmt) { planes in
            planes.bindMemory(to: v4l2_plane_pix_format.self).prefix(count).map { Int($0.bytesperline) }
        }
    }

    private func colour(_ pix: v4l2_pix_format) -> ColourSpace {
        ColourSpace(space: pix.colorspace, encoding: pix.ycbcr_enc, range: pix.quantization)
    }

    private func colour(_ pix: v4l2_pix_format_mplane) -> ColourSpace {
        ColourSpace(space: pix.colorspace, encoding: UInt32(pix.ycbcr_enc), range: UInt32(pix.quantization))
    }

    /// Asks for a rate; the driver takes what comes nearest. Many cameras have one rate and know no other: that is no error.
    func set(rate: Double) throws(CaptureError) {
        var parameters = v4l2_streamparm()
        parameters.type = bufferType
        parameters.parm.capture.timeperframe = v4l2_fract(
            numerator: 1000, denominator: UInt32(min(max((rate * 1000).rounded(), 1), 1e9)))
        _ = try ask(UInt(ARETE_S_PARM), &parameters, "VIDIOC_S_PARM")
    }
}
