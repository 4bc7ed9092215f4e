// What a source's boxes are measured with.
import JSON
import Vision

/// The plane that a camera looks at, for pictures of whatever size come. For one thread at a time.
struct PlaneRuler {
    /// Where it was read.
    let file: String
    private let measured: PlaneCalibration
    /// For pictures of the size that came last; `nil` where they show another part of the view.
    private(set) var plane: PlaneCalibration?
    private var size: (width: Int, height: Int)?

    /// - Throws: `PipelineError` for a file that is no plane's.
    init(file: String) throws(PipelineError) {
        do throws(CalibrationError) {
            measured = try PlaneCalibration.read(file)
        } catch {
            switch error {
            case .document(let error): throw .configuration(error)
            case .file(let path, let reason): throw .file(path: path, reason: reason)
            default: throw .file(path: file, reason: error.description)
            }
        }
        self.file = file
    }

    /// Goes over to pictures of a size. Complexity: O(1).
    ///
    /// - Returns: what is to be told of it: once for each change.
    mutating func turn(toWidth width: Int, height: Int) -> String? {
        if let size, size == (width, height) { return nil }
        size = (width, height)
        plane = measured.scaled(toWidth: width, height: height)
        return remark(width: width, height: height)
    }

    /// What makes measures in pictures of a size doubtful or impossible; `nil` where nothing does.
    func remark(width: Int, height: Int) -> String? {
        guard (width, height) != (measured.width, measured.height) else { return nil }
        let start = "\(file) was measured in pictures of \(measured.width) x \(measured.height) pixels"
        guard fits(width: width, height: height) else {
            return start
                + "; those of \(width) x \(height) have another shape and are not measured: calibrate with such"
        }
        return start + " and is scaled to \(width) x \(height): that holds where both show the same"
    }

    /// Whether something can be measured in pictures of a size.
    func fits(width: Int, height: Int) -> Bool { measured.scaled(toWidth: width, height: height) != nil }
}
