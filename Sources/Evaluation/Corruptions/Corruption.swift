// Ways in which pictures get harder to see, in the manner of ImageNet-C (Hendrycks and Dietterich, ICLR 2019).
import Imaging
import JSON

/// What happens to a picture. The strengths 1...5 have the parameters of ImageNet-C, in pixels and shares of the full range.
public enum Corruption: String, CaseIterable, Sendable {
    /// Gaussian noise of each sample.
    case noise
    /// A Gaussian blur.
    case blur
    /// Less distance from the mean.
    case contrast
    /// JPEG of low quality.
    case jpeg
    /// More light: the value of HSV is raised.
    case brightness
    /// Movement along a line.
    case motion
    /// Cloudy white laid over.
    case fog

    public static let strengths = 1...5

    /// The corruptions that `names` lists, or all of them for `all`.
    /// - Throws: `EvaluationError.classes` for a name that is none.
    public static func list(_ names: [String]) throws(EvaluationError) -> [Corruption] {
        if names == ["all"] { return allCases }
        var list: [Corruption] = []
        for name in names {
            guard let corruption = Corruption(rawValue: name) else {
                let known = allCases.map(\.rawValue)
                let hint = Spelling.suggestion(for: name, among: known).map { " (did you mean \($0)?)" } ?? ""
                throw .classes(
                    reason:
                        "there is no corruption '\(name)'\(hint); there are \(Spelling.list(known)), or all of them: all"
                )
            }
            if !list.contains(corruption) { list.append(corruption) }
        }
        return list
    }

    /// `image` corrupted. What is drawn by chance follows from `seed` alone and is the same at each strength.
    /// A picture whose channels are all alike counts as grey. Complexity: O(pixels).
    public func applied(to image: Image, strength: Int, seed: UInt64) throws(ImageError) -> Image {
        let level = min(max(strength, 1), 5) - 1
        let image = image.format == .rgba ? image.converted(to: .rgb) : image
        let plain = image.isGrey ? image.converted(to: .grey) : image
        var generator = SeededGenerator(seed: seed)
        if self == .jpeg { return try Image.decode(try plain.jpeg(quality: [25, 18, 15, 10, 7][level])) }
        var samples = Samples(plain)
        switch self {
        case .noise: samples.addNoise(deviation: [0.08, 0.12, 0.18, 0.26, 0.38][level], &generator)
        case .blur: samples.blur(deviation: [1, 2, 3, 4, 6][level])
        case .contrast: samples.scaleContrast([0.4, 0.3, 0.2, 0.1, 0.05][level])
        case .brightness: samples.brighten([0.1, 0.2, 0.3, 0.4, 0.5][level])
        case .motion:
            let (radius, deviation) = [(10, 3.0), (15, 5), (15, 8), (15, 12), (20, 15)][level]
            let angle = (generator.uniform() - 0.5) * Double.pi / 2
            samples.smear(radius: radius, deviation: deviation, angle: angle)
        case .fog:
            let (amount, decay) = [(1.5, 2.0), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)][level]
            samples.addFog(amount: Float(amount), decay: Float(decay), &generator)
        case .jpeg: break
        }
        return try samples.image()
    }
}

extension Image {
    /// Whether all channels say the same everywhere.
    fileprivate var isGrey: Bool {
        guard format == .rgb else { return format == .grey }
        return bytes.withUnsafeBufferPointer { bytes in
            Swift.stride(from: 0, to: bytes.count - 2, by: 3).allSatisfy {
                bytes[$0] == bytes[$0 + 1] && bytes[$0] == bytes[$0 + 2]
            }
        }
    }
}
