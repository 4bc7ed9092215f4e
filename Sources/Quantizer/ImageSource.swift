import Engine
import Imaging
import Tensors
import Vision

/// Calibration data as images, made into inputs as the model's preset says: all as they are, and where that is too few, their parts
/// and mirror images.
public final class ImageSource: CalibrationSource {
    private let images: [CalibrationImage]
    private let preprocessor: Preprocessor
    private let input: Int
    private let reference: Int?
    /// All images, or more.
    public let count: Int

    /// - Parameters:
    ///   - input: the place of the input that takes the image, `reference` of the one for its template; others stay zero.
    ///   - wanted: so many samples as far as the views of the images suffice.
    /// - Throws: `QuantizerError.calibration` without images.
    public init(
        _ images: [CalibrationImage], specification: InputSpecification, input: Int, reference: Int? = nil, wanted: Int
    ) throws(QuantizerError) {
        guard !images.isEmpty else { throw .calibration("there are no images to calibrate on") }
        self.images = images
        self.input = input
        self.reference = reference
        count = max(images.count, min(wanted, images.count * ImageView.all.count))
        preprocessor = Preprocessor(specification)
    }

    public func name(_ index: Int) -> String { images[index % images.count].path }

    public func fill(_ session: Session, sample index: Int) throws(QuantizerError) {
        let image = images[index % images.count]
        let view = ImageView.all[index / images.count]
        try fill(session, input, view, of: image.path)
        if let reference, let template = image.template { try fill(session, reference, view, of: template) }
    }

    private func fill(
        _ session: Session, _ place: Int, _ view: ImageView, of path: String
    ) throws(QuantizerError) {
        let image: Image
        do throws(ImageError) { image = view.of(try Image.read(path: path)) } catch {
            throw .calibration("\(path): \(error)")
        }
        let result: Result<Void, VisionError> = session.withInput(place) { bytes in
            do throws(VisionError) { return .success(_ = try preprocessor.fill(bytes, from: image)) } catch {
                return .failure(error)
            }
        }
        if case .failure(let error) = result { throw .calibration("\(path): \(error)") }
    }

    /// What pixels of 0 to 255 become.
    public func inputRange(_ index: Int) -> ActivationRange? {
        guard index == input || index == reference else { return nil }
        let specification = preprocessor.specification
        var (low, high) = (Double.infinity, -Double.infinity)
        for (mean, std) in zip(specification.mean, specification.std) {
            let ends = [0, 255].map { ($0 * specification.scale - mean) / std }
            low = min(low, ends[0], ends[1])
            high = max(high, ends[0], ends[1])
        }
        return ActivationRange(low: Float(low), high: Float(high))
    }
}
