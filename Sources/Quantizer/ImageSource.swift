import Engine
import Imaging
import Tensors
import Vision

/// Calibration data as images, made into inputs as the model's preset says: all as they are, and where that is too few, their parts
/// and mirror images.
public final class ImageSource: CalibrationSource {
    private let paths: [String]
    private let preprocessor: Preprocessor
    private let input: Int
    /// All images, or more.
    public let count: Int

    /// - Parameters:
    ///   - input: the place of the input that takes the image; others stay zero.
    ///   - wanted: so many samples as far as the views of the images suffice.
    /// - Throws: `QuantizerError.calibration` without images.
    public init(
        paths: [String], specification: InputSpecification, input: Int, wanted: Int
    ) throws(QuantizerError) {
        guard !paths.isEmpty else { throw .calibration("there are no images to calibrate on") }
        self.paths = paths
        self.input = input
        count = max(paths.count, min(wanted, paths.count * ImageView.all.count))
        preprocessor = Preprocessor(specification)
    }

    public func name(_ index: Int) -> String { paths[index % paths.count] }

    public func fill(_ session: Session, sample index: Int) throws(QuantizerError) {
        let image: Image
        do throws(ImageError) {
            image = ImageView.all[index / paths.count].of(try Image.read(path: name(index)))
        } catch {
            throw .calibration("\(name(index)): \(error)")
        }
        let result: Result<Void, VisionError> = session.withInput(input) { bytes in
            do throws(VisionError) { return .success(_ = try preprocessor.fill(bytes, from: image)) } catch {
                return .failure(error)
            }
        }
        if case .failure(let error) = result { throw .calibration("\(name(index)): \(error)") }
    }

    /// What pixels of 0 to 255 become.
    public func inputRange(_ index: Int) -> ActivationRange? {
        guard index == input else { return nil }
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
