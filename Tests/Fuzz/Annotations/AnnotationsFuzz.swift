// Feeds the reader of COCO annotations: any bytes end in an error, or in boxes that figures can be made of.

import Evaluation
import FuzzDriver

@main enum AnnotationsFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            guard let annotations = try? Annotations.read(bytes, source: "fuzz") else { return 0 }
            let folder = ImageFolder("/nonexistent")
            for image in annotations.images { precondition((try? folder.file(of: image)) == nil) }
            guard let first = annotations.categories.first?.name,
                let classes = try? ClassMap(annotations, labels: [first, "open"]), annotations.images.count < 100
            else { return 0 }
            let images = annotations.images.map { image in
                let truths = classes.truths(of: image)
                return JudgedImage(
                    truths: truths,
                    findings: truths.map { Finding(classIndex: $0.classIndex, score: 0.5, box: $0.box.box) })
            }
            let judgement = Judgement(images, classes: classes.names, options: .init(samples: 2))
            if let mean = judgement.precision.mean() { precondition(mean >= 0 && mean <= 1) }
            precondition(!judgement.json.text.isEmpty && !judgement.text.isEmpty)
            return 0
        }
    }
}
