// Formats that only webcams' own drivers know.
import CV4L2
import CWebcam
import Imaging

extension FourCC {
    /// What libv4lconvert's decoder of a format needs; `nil` for formats that are read otherwise, or not at all.
    var webcam: arete_webcam_format? { arete_webcam_format_of(code)?.pointee }

    /// Whether pictures of a size can be read: not all in formats of webcams' own.
    func hasPictures(width: Int, height: Int) -> Bool {
        guard var webcam else { return true }
        return arete_webcam_has_size(&webcam, max(width, 0), max(height, 0))
    }

    /// Why no such format can be read; `nil` where they can.
    static var webcamAbsence: String? { arete_webcam_absence().map { String(cString: $0) } }
}

extension FrameFormat {
    /// Of frames of one size in a format of webcams' own, the bytes of a row without gaps and the rows; one row of all where a frame mixes
    /// them. `nil` for other formats.
    ///
    /// - Throws: `ImageError` for a size that no frame of the format has.
    var webcamRows: (rowBytes: Int, rows: Int)? {
        get throws(ImageError) {
            guard var webcam = format.webcam, webcam.bits > 0 else { return nil }
            guard arete_webcam_has_size(&webcam, width, height) else {
                throw .invalidSize(width: width, height: height, bytes: 0)
            }
            let bytes = arete_webcam_frame_bytes(&webcam, width, height)
            return webcam.has_rows ? (bytes / height, height) : (bytes, 1)
        }
    }

    /// The layout and colours of what is decoded.
    func decoded(_ webcam: arete_webcam_format) throws(ImageError) -> RawFormat {
        guard webcam.layout == ARETE_WEBCAM_YU12 else { return try RawFormat(.rgb, width: width, height: height) }
        // Drivers of old webcams say nothing of the range. The library takes it for the full one, which fits their chips.
        let isOpen = colour.range != V4L2_QUANTIZATION_LIM_RANGE.rawValue
        let matrix =
            webcam.is_full_range && isOpen
            ? YUVMatrix(colour.matrix.standard, isFullRange: true) : colour.matrix
        return try RawFormat(.yu12, width: width, height: height, matrix: matrix)
    }
}
