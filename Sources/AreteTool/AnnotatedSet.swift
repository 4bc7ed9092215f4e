// Annotated images that a detector is run over, one at a time: no picture is kept.
import Evaluation
import Imaging
import Vision

struct AnnotatedSet {
    private let annotations: Annotations
    private let classes: ClassMap
    let files: [String]
    private let folder: ImageFolder

    /// Reads the annotations and finds every image, so that what is missing is told before any work is done.
    init(_ task: EvalTask, labels: [String]) throws {
        let annotations = try Annotations.read(path: task.annotations)
        do throws(EvaluationError) {
            classes = try ClassMap(annotations, labels: labels, only: task.classes, ignoring: task.ignored)
            try Judgement.check(annotations, classes, threshold: task.options.threshold)
        } catch {
            throw EvaluationError.file(path: task.annotations, reason: error.description)
        }
        let folder = ImageFolder(task.images)
        files = try annotations.images.map { image throws(EvaluationError) in try folder.file(of: image) }
        var owners: [String: String] = [:]
        for (image, file) in zip(annotations.images, files) {
            if let other = owners.updateValue(image.fileName, forKey: file), other != image.fileName {
                throw EvaluationError.file(
                    path: file,
                    reason: "would stand for '\(other)' and for '\(image.fileName)'; give the folder they lie in")
            }
        }
        self.folder = folder
        self.annotations = annotations
    }

    var names: [String] { annotations.images.map(\.fileName) }

    /// The image of a place once more; `nil` where it has become unreadable.
    func image(_ place: Int) -> Image? { try? Image.read(path: files[place]) }

    /// Runs the detector over all images, and over all of them again for each strength of each corruption.
    func judgement(of run: DetectionRun, _ task: EvalTask) throws -> Judgement {
        let variants = task.corruptions.flatMap { corruption in
            Corruption.strengths.map { (corruption: corruption, strength: $0) }
        }
        // What is missing is told before the first image.
        if run.needsReference { for image in annotations.images { _ = try folder.template(of: image) } }
        var progress = ProgressBar("images", total: files.count * (1 + variants.count))
        defer { progress.finish() }
        var times: [Double] = []
        let judged = try judgedImages { image, annotated in
            let result = try run.detect(image, reference: try template(of: annotated, for: run))
            times.append(result.seconds)
            progress.advance()
            return result.detections
        }
        var judgement = Judgement(judged, classes: classes.names, options: task.options, notes: classes.notes)
        judgement.latency = .init(
            p50: times.percentile(0.5), p90: times.percentile(0.9), p99: times.percentile(0.99))
        for variant in variants {
            let judged = try judgedImages { image, annotated in
                let harder = try variant.corruption.applied(
                    to: image, strength: variant.strength, seed: UInt64(annotated.id))
                defer { progress.advance() }
                return try run.detect(harder, reference: try template(of: annotated, for: run)).detections
            }
            let precision = AveragePrecision(judged, classes: classes.names.count, overlap: task.options.overlap)
            judgement.robustness.append(
                Robustness(
                    corruption: variant.corruption.rawValue, strength: variant.strength, precision,
                    threshold: judgement.decisions?.point.threshold))
        }
        return judgement
    }

    /// The picture that a model which compares sees beside an image, as it is: what corrupts the image leaves it alone.
    private func template(of annotated: AnnotatedImage, for run: DetectionRun) throws -> Image? {
        guard run.needsReference else { return nil }
        let file = try folder.template(of: annotated)
        do { return try Image.read(path: file) } catch { throw EvaluationError.file(path: file, reason: "\(error)") }
    }

    /// What `detect` finds on each image beside what is there.
    private func judgedImages(_ detect: (Image, AnnotatedImage) throws -> [Detection]) throws -> [JudgedImage] {
        try zip(annotations.images, files).map { annotated, file in
            let findings: [Finding]
            do {
                let image = try Image.read(path: file)
                try Self.check(image, annotated)
                findings = try detect(image, annotated).compactMap(classes.finding)
            } catch let error as EvaluationError {
                throw error
            } catch {
                throw EvaluationError.file(path: file, reason: "\(error)")
            }
            return JudgedImage(truths: classes.truths(of: annotated), findings: findings)
        }
    }

    /// Boxes mean nothing on an image of another size.
    private static func check(_ image: Image, _ annotated: AnnotatedImage) throws(EvaluationError) {
        guard (annotated.width ?? image.width) == image.width, (annotated.height ?? image.height) == image.height else {
            throw .file(
                path: annotated.fileName,
                reason: "is \(image.width)x\(image.height), but its annotations are for "
                    + "\(annotated.width ?? 0)x\(annotated.height ?? 0)")
        }
    }
}
